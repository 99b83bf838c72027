internal import ArgumentParser

/// What every `ctl` command takes.
struct CtlOptions: ParsableArguments {
  @Option(help: "The operations server's address.") var url = "http://127.0.0.1:8081"
  @Flag(help: "Print the server's answer as JSON.") var json = false

  /// Sends a request and prints the answer: as it is, or in words.
  func show<Answer: Decodable>(
    _ method: String, _ path: String, _ body: [String: CtlValue]? = nil, _ words: (Answer) -> [String]
  ) async throws {
    let answer = try await OperationsClient(self.url).send(method, path, body)
    if self.json { return print(answer) }
    do {
      for line in words(try OperationsClient.decode(answer)) { print(CtlWords.printable(line)) }
    } catch {
      StandardError.print("the server's answer cannot be read, it may be of another version; --json shows it")
      throw ExitCode(2)
    }
  }
}
