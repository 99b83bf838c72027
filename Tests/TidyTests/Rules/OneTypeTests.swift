import Testing

@Suite("One type per file")
struct OneTypeTests {
  /// Helpers that must be visible to inlined code, or to a macro, and so cannot be private.
  static let allowed: [String: Set<String>] = [LayerTable.lockFile: ["UncheckedSendable"]]

  @Test("A source file holds one type and has its name; Type+Aspect.swift holds extensions only")
  func here() { Violation.report(Self.violations(.here)) }

  @Test("A second type, a type with another name and a type beside extensions are found")
  func bad() {
    let repository = Repository([
      "Sources/M/A.swift": "public struct A {\n  struct Inner {}\n}\nenum Second {}",
      "Sources/M/B.swift": "@frozen public final class Other {}",
      "Sources/M/C+Codable.swift": "extension C: Codable {}\nprotocol P {}",
    ])
    #expect(
      Self.violations(repository).map { "\($0.path):\($0.line)" } == [
        "Sources/M/A.swift:4", "Sources/M/B.swift:1", "Sources/M/C+Codable.swift:2",
      ])
  }

  @Test("Private helpers, nested types, variants under #if and files without types are passed")
  func good() {
    let repository = Repository([
      "Sources/M/A.swift": "#if X\n  struct A {}\n#else\n  struct A {}\n#endif\nprivate enum Helper {}\nfunc f() {}",
      "Sources/M/A+Codable.swift": "extension A: Codable { struct Keys {} }\nfileprivate actor B {}",
      "Sources/M/main.swift": "let a = \"struct B {}\" // class C",
    ])
    #expect(Self.violations(repository).isEmpty)
  }

  static func violations(_ repository: Repository) -> [Violation] {
    repository.swift(below: "Sources").flatMap { file -> [Violation] in
      let stem = String(file.name.dropLast(".swift".count))
      let allowed = Self.allowed[file.path] ?? []
      return Declarations.topLevelTypes(in: file).filter { type in
        !type.isPrivate && type.name != stem && !allowed.contains(type.name)
      }
      .map {
        Violation(file, $0.line, "\($0.name) stands in \(file.name)", use: "\($0.name).swift, or make it private,")
      }
    }
  }
}
