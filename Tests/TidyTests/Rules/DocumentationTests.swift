import Testing

@Suite("Documentation of public symbols")
struct DocumentationTests {
  @Test("Every public declaration is documented")
  func here() { Violation.report(Self.violations(.here)) }

  @Test("A public declaration without a documentation comment is found")
  func bad() {
    let text = """
      public struct A {
        public var b = 1

        @inlinable
        public func c() {}
        // not documentation
        open class D {}
      }
      """
    #expect(Self.violations(Repository(["Sources/M/A.swift": text])).map(\.line) == [1, 2, 5, 7])
  }

  @Test("Documented declarations, imports and what is not public are passed")
  func good() {
    let text = """
      public import Resilience
      /// A.
      public struct A {
        /** B. */
        public private(set) var b = "public func"
        /// C.
        @inlinable
        @available(*, deprecated)
        public func c() {}
        /// D.
        #if SANITIZE_THREAD
          public func d() {}
        #endif
        func e() {}
        let text = \"""
          public func f()
          \"""
      }
      """
    #expect(Self.violations(Repository(["Sources/M/A.swift": text])).isEmpty)
  }

  static func violations(_ repository: Repository) -> [Violation] {
    repository.swift(below: "Sources").flatMap { file in
      file.code.indices.filter { Self.isPublicDeclaration(file.code[$0]) && !Self.isDocumented(file, $0) }
        .map { Violation(file, $0, "public and undocumented", use: "a summary after /// in front of it") }
    }
  }

  private static func isPublicDeclaration(_ line: String) -> Bool {
    let words = Scanning.words(line)
    guard let at = words.firstIndex(where: { $0.word == "public" || $0.word == "open" }) else { return false }
    guard words[..<at].allSatisfy({ $0.before == "@" || ["final", "override", "static"].contains($0.word) }) else {
      return false
    }
    return at + 1 < words.count && !["import", "extension"].contains(words[at + 1].word)
  }

  private static func isDocumented(_ file: TextFile, _ index: Int) -> Bool {
    for line in file.lines[..<index].reversed().map(Scanning.trimmed) {
      if line.hasPrefix("@") || line.hasPrefix("#if") || line.hasPrefix("#else") { continue }
      return line.hasPrefix("///") || line.hasSuffix("*/")
    }
    return false
  }
}
