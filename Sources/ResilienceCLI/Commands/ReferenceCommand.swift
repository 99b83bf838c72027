internal import ArgumentParser
internal import ResilienceConfiguration

/// Prints the configuration reference: `resilience reference [KEY]`.
struct ReferenceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reference", abstract: "Prints every setting of the configuration file, or those of a key.",
    discussion: """
      Without a key the whole page as Markdown. With one, such as `gateway.listen`, `dependencies.openai.retry` or \
      `retry.maxAttempts`: what the setting does, its type, unit, range, default, variables, and whether an operator \
      can change it while the program runs. Exit codes: 0 done, 2 no setting has the key.
      """)

  @Argument(help: "A setting's key, or the beginning or the end of one.") var key: String?
  @Flag(help: "Prints what `resilience check` looks for instead.") var check = false

  func validate() throws {
    guard self.check, let key else { return }
    throw ValidationError("--check is about rules, '\(key.prefix(80))' is a setting's key: leave one of them out")
  }

  func run() throws {
    guard let key else {
      return print(self.check ? CheckReference.markdown() : ConfigurationReference.markdown(), terminator: "")
    }
    if let text = ConfigurationReference.text(of: key) { return print(text, terminator: "") }
    let hint =
      ConfigurationReference.suggestion(for: key).map { "did you mean '\($0)'?" } ?? "see `resilience reference`"
    StandardError.print("no setting has the key '\(key.prefix(80))'; \(hint)")
    throw ExitCode(2)
  }
}
