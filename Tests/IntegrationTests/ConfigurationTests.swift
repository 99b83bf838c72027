import ServerTestSupport
import Testing

@Suite("The program and its configuration", .timeLimit(.minutes(60)))
struct ConfigurationTests {
  /// What the program did with its arguments.
  private struct Outcome: Sendable {
    let code: Int32
    let output: String
    let errors: String
  }

  /// Runs the program to its end.
  private static func run(
    _ arguments: [String], _ folder: TestFolder, _ environment: [String: String?] = [:]
  ) async throws -> Outcome {
    try await Stage.run {
      let process = try ChildProcess(
        try Programs.resilience(), arguments, environment: environment, folder: folder,
        name: "run-\(Int.random(in: 0..<1_000_000))")
      defer { process.end() }
      let code = try await process.exit()
      return Outcome(code: code, output: process.output, errors: process.errors)
    }
  }

  /// A mistake in a file, and where the program finds it.
  struct Mistake: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    /// Line, column and key, as they stand behind the file's name.
    let place: String
    /// What the message also says.
    let words: String
    var testDescription: String { self.name }
  }

  static let mistakes = [
    Mistake(
      name: "malformed YAML", text: "service: a\ndependencies: { up: [\n", place: "bad.yaml:", words: "found"),
    Mistake(
      name: "an unknown key", text: "dependencies:\n  up:\n    url: http://h\n    timeuot: 3s\n",
      place: "bad.yaml:4:5: dependencies.up.timeuot:", words: "timeout"),
    Mistake(
      name: "a bad unit", text: "dependencies:\n  up:\n    url: http://h\n    timeout: 30sec\n",
      place: "bad.yaml:4:14: dependencies.up.timeout:", words: "unit"),
    Mistake(
      name: "no unit", text: "dependencies:\n  up: { url: http://h, timeout: 30 }\n",
      place: "bad.yaml:2:33: dependencies.up.timeout:", words: "30s"),
    Mistake(
      name: "a value out of range", text: "dependencies:\n  up: { url: http://h, retry: { maxAttempts: 0 } }\n",
      place: "dependencies.up.retry.maxAttempts:", words: "1 to 100"),
    Mistake(
      name: "an unknown dependsOn", text: "dependencies:\n  up: { url: http://h, dependsOn: [internet] }\n",
      place: "bad.yaml:2:", words: "internet"),
    Mistake(
      name: "a cycle",
      text: "dependencies:\n  a: { url: http://h, dependsOn: [b] }\n  b: { url: http://h, dependsOn: [a] }\n",
      place: "bad.yaml:", words: "a → b → a"),
    Mistake(
      name: "an unset variable",
      text: "operations: { token: \"${OUTSIDE_IS_NOT_SET}\" }\ndependencies: { up: { url: http://h } }\n",
      place: "bad.yaml:1:22: operations.token:", words: "OUTSIDE_IS_NOT_SET"),
    Mistake(
      name: "a reserved name", text: "dependencies:\n  _resilience: { url: http://h }\n", place: "bad.yaml:2:3:",
      words: "name"),
    Mistake(
      name: "a key of a later version", text: "alerts: {}\ndependencies:\n  up: { url: http://h }\n",
      place: "alerts:", words: "not available"),
  ]

  @Test("R12.6 a mistake ends the start with 2, and file, line, column and key on standard error", arguments: mistakes)
  func mistake(_ mistake: Mistake) async throws {
    let folder = try TestFolder()
    let file = try folder.write(mistake.text, to: "bad.yaml")
    for arguments in [["serve", "--config", file], ["check", file]] {
      let outcome = try await Self.run(arguments, folder)
      #expect(outcome.code == 2, "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.contains(mistake.place), "\(outcome.errors)")
      #expect(outcome.errors.contains(mistake.words), "\(outcome.errors)")
      #expect(!outcome.output.contains("gateway:"), "it must not have started")
    }
  }

  @Test("R12.6 all mistakes of a file are told at once, in text and as JSON")
  func allAtOnce() async throws {
    let folder = try TestFolder()
    let file = try folder.write(
      """
      servise: a
      gateway: { listen: nowhere }
      dependencies:
        up: { url: "ftp://h", timeout: 3, retry: { maxAttempts: many } }
        other: { url: http://h, dependsOn: [nobody], criticality: vital }
      """, to: "bad.yaml")
    let text = try await Self.run(["check", file], folder)
    #expect(text.code == 2)
    let keys = [
      "servise", "gateway.listen", "dependencies.up.url", "dependencies.up.timeout",
      "dependencies.up.retry.maxAttempts", "dependencies.other.dependsOn", "dependencies.other.criticality",
    ]
    for key in keys { #expect(text.errors.contains(": \(key)"), "\(key): \(text.errors)") }

    let json = try await Self.run(["check", file, "--format", "json"], folder)
    #expect(json.code == 2)
    let problems = JSON(json.output).elements
    #expect(problems.count == keys.count, "\(json.output)")
    for problem in problems {
      #expect(problem["file"].string == file)
      #expect(problem["line"].double != nil && problem["column"].double != nil, "\(problem)")
      for member in ["key", "rule", "severity", "message", "found", "allowed", "remedy"] {
        #expect(problem[member].string?.isEmpty == false, "\(member): \(problem)")
      }
    }
    #expect(problems.first?["rule"] == "unknown-key")
  }

  @Test("R12.6 good files pass the check, several at once; an unreadable one does not")
  func goodFiles() async throws {
    let folder = try TestFolder()
    let first = try folder.write("dependencies: { up: { url: http://h, attemptTimeout: 2s } }", to: "one.yaml")
    let second = try folder.write(
      "{\"dependencies\": {\"up\": {\"url\": \"https://h\", \"timeout\": \"3s\"}}}", to: "two.json")
    let good = try await Self.run(["check", first, second], folder)
    #expect(good.code == 0, "\(good.errors)")
    #expect(good.output.contains("one.yaml") && good.output.contains("two.json"))
    let json = try await Self.run(["check", first, "--format", "json"], folder)
    #expect(json.code == 0)
    #expect(JSON(json.output) == [])
    let missing = try await Self.run(["check", folder.file("missing.yaml")], folder)
    #expect(missing.code == 2)
    #expect(missing.errors.contains("missing.yaml"))
  }

  @Test("R13.3 findings end the check with 1 if they are errors, in text and as JSON; a comment allows them")
  func findings() async throws {
    let folder = try TestFolder()
    let text = "dependencies:\n  up:\n    url: http://h\n    circuitBreaker: { consecutiveFailures: 0 }\n"
    let file = try folder.write(text, to: "findings.yaml")
    let plain = try await Self.run(["check", file], folder)
    #expect(plain.code == 1)
    #expect(plain.output.contains("findings.yaml:4:44: error[breaker-cannot-trip]"), "\(plain.output)")
    #expect(plain.output.contains("1 dependency, 1 error, 1 note"))
    let json = try await Self.run(["check", file, "--format", "json"], folder)
    #expect(json.code == 1)
    let finding = try #require(JSON(json.output).elements.first { $0["severity"] == "error" })
    #expect(finding["rule"] == "breaker-cannot-trip" && finding["line"] == 4)
    #expect(finding["documentation"] == "Documentation/Check.md#breaker-cannot-trip")
    let allowed = try folder.write(
      text.replacing("0 }", with: "0 }  # resilience:allow breaker-cannot-trip observed only"), to: "allowed.yaml")
    let quiet = try await Self.run(["check", allowed], folder)
    #expect(quiet.code == 0 && quiet.output.contains("1 allowed by comments"), "\(quiet.output)")
    let both = try await Self.run(["check", file, folder.file("missing.yaml")], folder)
    #expect(both.code == 2)
  }

  @Test("R13.3 a pipeline is explained in English and as JSON; an unknown dependency is told with the known ones")
  func explained() async throws {
    let folder = try TestFolder()
    let file = try folder.write("dependencies: { up: { url: http://h }, other: { url: http://o } }", to: "a.yaml")
    let text = try await Self.run(["explain", file], folder)
    #expect(text.code == 0 && text.output.contains("up (important) at http://h"))
    #expect(text.output.contains("  1. The whole call ends after 30s"))
    let json = try await Self.run(["explain", file, "other", "--format", "json"], folder)
    #expect(JSON(json.output).elements.count == 1)
    #expect(JSON(json.output).elements.first?["bounds"]["worstCaseMilliseconds"] == 30_000)
    let unknown = try await Self.run(["explain", file, "nobody"], folder)
    #expect(unknown.code == 2 && unknown.errors.contains("up, other"), "\(unknown.errors)")
  }

  @Test("R12.6 a setting on the command line that there is not ends the start, and completions can be made")
  func arguments() async throws {
    let folder = try TestFolder()
    let file = try folder.write("dependencies: { up: { url: http://h } }", to: "a.yaml")
    let unknown = try await Self.run(["serve", "--config", file, "--set", "dependencies.up.timeuot=3s"], folder)
    #expect(
      unknown.code == 2 && unknown.errors.contains("did you mean `dependencies.up.timeout`?"), "\(unknown.errors)")
    let malformed = try await Self.run(["serve", "--config", file, "--set", "timeout"], folder)
    #expect(malformed.code == 64 && malformed.errors.contains("KEY=VALUE"), "\(malformed.errors)")
    for shell in ["bash", "zsh", "fish"] {
      let script = try await Self.run(["--generate-completion-script", shell], folder)
      #expect(script.code == 0)
      #expect(
        ["serve", "check", "explain", "--config", "--set"].allSatisfy { script.output.contains($0.drop { $0 == "-" }) })
    }
  }

  @Test("R12.6 secrets of a file never appear in messages about it")
  func secrets() async throws {
    let folder = try TestFolder()
    let file = try folder.write(
      "operations: { token: \"${SHORT}\" }\ndependencies: { up: { url: \"http://user:hunter22@h\" } }\n", to: "bad.yaml"
    )
    let outcome = try await Self.run(["check", file], folder, ["SHORT": "s3cret"])
    #expect(outcome.code == 2)
    #expect(outcome.errors.contains("operations.token"))
    #expect(!outcome.errors.contains("s3cret") && !outcome.errors.contains("hunter22"), "\(outcome.errors)")
  }

  @Test("R12.7 the version is told as text and as JSON")
  func version() async throws {
    let folder = try TestFolder()
    let json = try await Self.run(["version", "--json"], folder)
    #expect(json.code == 0)
    #expect(JSON(json.output)["name"] == "resilience")
    let version = try #require(JSON(json.output)["version"].string)
    let text = try await Self.run(["version"], folder)
    #expect(text.output == version + "\n")
    #expect(try await Self.run(["--version"], folder).output == version + "\n")
  }

  @Test("R12.7 help says what there is, and an unknown argument is an error of its own")
  func help() async throws {
    let folder = try TestFolder()
    for command in ["serve", "check", "explain", "reference", "version"] {
      let outcome = try await Self.run([command, "--help"], folder)
      #expect(outcome.code == 0)
      #expect(outcome.output.contains("USAGE: resilience \(command)"))
    }
    let unknown = try await Self.run(["serve", "--confg", "x"], folder)
    #expect(unknown.code == 64)
    #expect(unknown.errors.contains("--config"), "\(unknown.errors)")
  }

  @Test("R12.6 the environment overrides the file, and the documents' variables stand below it")
  func environment() async throws {
    let settings = ProgramSettings.dependencies(
      ("up", "url: \"http://127.0.0.1:9\", circuitBreaker: { consecutiveFailures: 7 }"),
      ("other", "url: \"http://127.0.0.1:9\"")
    ).with {
      $0.environment = [
        "RESILIENCE_SERVICE": "renamed", "RESILIENCE_DEPENDENCIES_UP_CIRCUIT_BREAKER_OPEN_DURATION": "42s",
        "CIRCUIT_BREAKER_FAILURE_THRESHOLD": "11", "OTHER_TIMEOUT_SECONDS": "17",
      ]
    }
    try await ServedProgram.run(settings) { program in
      #expect(try await program.operate("GET", "/health").json["serviceId"] == "renamed")
      let up = try await program.operate("GET", "/api/breakers/up").json["settings"]
      #expect(up["openDurationSeconds"] == 42)
      #expect(up["consecutiveFailures"] == 7, "the file stands above the documents' variable")
      let other = try await program.operate("GET", "/api/breakers/other").json["settings"]
      #expect(other["consecutiveFailures"] == 11)
      #expect(other["openDurationSeconds"] == 17)
    }
  }
}
