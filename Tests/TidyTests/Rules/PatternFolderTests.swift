import Testing

@Suite("Pattern folders")
struct PatternFolderTests {
  /// The rooms in which patterns meet; everybody may name what is in them.
  static let sharedRooms: Set<String> = [
    "Pipeline", "Gate", "Windows", "Events", "Context", "Runtime", "Errors", "Support", "Registry",
    "RetryBudget",
  ]

  @Test("Inside Resilience, pattern folders do not name each other, and shared rooms do not name patterns")
  func here() { Violation.report(Self.violations(.here)) }

  @Test("A pattern that names another is found, and so is a shared room that names a pattern")
  func bad() {
    let repository = Repository([
      "Sources/Resilience/Retry/Retry.swift": "public struct Retry {}\nlet a: CircuitBreaker?",
      "Sources/Resilience/CircuitBreaker/CircuitBreaker.swift": "public final class CircuitBreaker {}",
      "Sources/Resilience/Events/Event.swift": "enum Event { case opened(CircuitBreaker) }",
    ])
    #expect(
      Self.violations(repository).map(\.description) == [
        "Sources/Resilience/Events/Event.swift:1: Events names CircuitBreaker of CircuitBreaker, "
          + "use a type of a shared room instead",
        "Sources/Resilience/Retry/Retry.swift:2: Retry names CircuitBreaker of CircuitBreaker, "
          + "use a type of a shared room instead",
      ])
  }

  @Test("Comments, strings, nested names, shared rooms and configured pipelines are passed")
  func good() {
    let repository = Repository([
      "Sources/Resilience/Retry/Retry.swift": """
      // as CircuitBreaker
      struct Retry { let a = "CircuitBreaker", b = Event.CircuitBreaker, gate: Gate }
      """,
      "Sources/Resilience/CircuitBreaker/CircuitBreaker.swift": "final class CircuitBreaker {}",
      "Sources/Resilience/Gate/Gate.swift": "protocol Gate {}",
      "Sources/Resilience/Pipeline/ConfiguredPipeline.swift": "let a: CircuitBreaker, b: Retry",
      "Sources/Resilience/Pipeline/Configured/Step.swift": "let a: CircuitBreaker, b: Retry",
    ])
    #expect(Self.violations(repository).isEmpty)
  }

  static func violations(_ repository: Repository) -> [Violation] {
    let files = repository.swift(below: "Sources/Resilience").filter { $0.parts.count > 3 }
    var home: [String: String] = [:]
    for file in files where !Self.sharedRooms.contains(file.parts[2]) {
      for declaration in Declarations.topLevelTypes(in: file) where !declaration.isPrivate {
        home[declaration.name] = file.parts[2]
      }
    }
    return files.filter { !Self.mayNameAll($0) }.flatMap { file in
      let home = home.filter { !Self.genericParameters(of: file).contains($0.key) }
      return file.code.enumerated().flatMap { index, line in
        Scanning.words(line).compactMap { word -> Violation? in
          guard let theirs = home[word.word], theirs != file.parts[2], word.before != "." else { return nil }
          let what = "\(file.parts[2]) names \(word.word) of \(theirs)"
          return Violation(file, index, what, use: "a type of a shared room")
        }
      }
    }
  }

  /// Pipelines from configuration walk all patterns, and a registry keeps them by name.
  private static func mayNameAll(_ file: TextFile) -> Bool {
    file.path.hasPrefix("Sources/Resilience/Pipeline/Configured") || file.parts[2] == "Registry"
      || ["PipelineStep.swift", "Compartment.swift"].contains { file.path == "Sources/Resilience/Pipeline/\($0)" }
  }

  /// The names between the angle brackets of the file's functions: they may be spelled like a type elsewhere.
  private static func genericParameters(of file: TextFile) -> Set<String> {
    Set(
      Declarations.functionLines(in: file).flatMap { line in
        Scanning.words(String(line.drop { $0 != "<" }.prefix { $0 != ">" })).filter { $0.before != ":" }.map(\.word)
      })
  }
}
