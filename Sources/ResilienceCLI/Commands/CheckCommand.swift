internal import ArgumentParser
internal import ResilienceConfiguration

/// Checks configuration files: `resilience check FILE…`.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Checks configuration files and prints every problem.",
    discussion: """
      Looks at each setting, and at what settings mean together: worst cases, retries that multiply, breakers that \
      never open. Exit codes: 0 no errors (warnings and notes may be printed), 1 findings that are errors, 2 a file \
      cannot be used. `# resilience:allow RULE reason` in a file allows a finding.
      """)

  @Argument(help: "Configuration files, YAML or JSON.", completion: .file(extensions: ["yaml", "yml", "json"]))
  var files: [String]
  @Option(help: "text or json.") var format = OutputFormat.text

  func run() throws {
    var report = CheckReport(format: self.format)
    for file in self.files {
      do {
        report.add(try ConfigurationFile(file).load(), file: file)
      } catch let error as InvalidConfigurationFile {
        report.add(error.problems)
      } catch let error as StartFailure {
        StandardError.print(error.description)
        report.isUnusable = true
      }
    }
    try report.finish()
    if report.exitCode != 0 { throw ExitCode(report.exitCode) }
  }
}
