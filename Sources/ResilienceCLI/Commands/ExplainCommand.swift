internal import ArgumentParser
internal import ResilienceConfiguration

/// Says in English what happens to a call: `resilience explain FILE [DEPENDENCY]`.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Says in English what happens to a call of each dependency.",
    discussion: """
      Policies in the order in which a call meets them, what is served when all fail, and the longest time and the \
      most attempts that the settings allow. Exit codes: 0 done, 2 the file cannot be used or has no such dependency.
      """)

  @Argument(help: "Configuration file, YAML or JSON.", completion: .file(extensions: ["yaml", "yml", "json"]))
  var file: String
  @Argument(help: "The dependency; all of them unless given.") var dependency: String?
  @Option(help: "text or json.") var format = OutputFormat.text

  func run() throws {
    do {
      let service = try ConfigurationFile(self.file).load().configuration
      var explanations = PipelineExplanation.all(of: service)
      if let dependency { explanations.removeAll { $0.dependency != dependency } }
      guard !explanations.isEmpty else {
        let names = service.dependencies.map(\.name).joined(separator: ", ")
        throw StartFailure("\(self.file) has no dependency '\(self.dependency ?? "")'; it has \(names)")
      }
      switch self.format {
      case .text: print(explanations.map(\.description).joined(separator: "\n"), terminator: "")
      case .json: print(try JSONOutput.text(explanations))
      }
    } catch let error as InvalidConfigurationFile {
      StandardError.print(error.description)
      throw ExitCode(2)
    } catch let error as StartFailure {
      StandardError.print(error.description)
      throw ExitCode(2)
    }
  }
}
