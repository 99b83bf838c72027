internal import ArgumentParser

/// `resilience version`
struct VersionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "version", abstract: "Prints the program's version.")

  @Flag(help: "As JSON.") var json = false

  func run() throws {
    print(self.json ? "{\"name\":\"resilience\",\"version\":\"\(BuildVersion.text)\"}" : BuildVersion.text)
  }
}
