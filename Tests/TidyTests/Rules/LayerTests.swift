import Testing

@Suite("Layers")
struct LayerTests {
  @Test("Sources import only lower layers and the libraries of their layer")
  func imports() { Violation.report(Self.importViolations(.here)) }

  @Test("Package.swift lets targets depend only on lower layers")
  func dependencies() { Violation.report(Self.dependencyViolations(.here)) }

  @Test(
    "An import that breaks a rule is found",
    arguments: [
      ("Sources/ResilienceHealth/A.swift", "import ResilienceSQLite"),
      ("Sources/ResilienceHealth/A.swift", "public import ResilienceQueue"),
      ("Sources/ResilienceGateway/A.swift", "import ResilienceHummingbird"),
      ("Sources/Resilience/Retry/A.swift", "import Foundation"),
      ("Sources/Resilience/Retry/A.swift", "  internal import Glibc"),
      ("Sources/ResilienceInterfaces/A.swift", "import struct Foundation.Date"),
      ("Sources/ResilienceTelemetry/A.swift", "import NIOCore"),
      ("Sources/ResilienceHTTPClient/A.swift", "@preconcurrency import Hummingbird"),
      ("Sources/ResilienceUnknown/A.swift", "import Resilience"),
    ])
  func badImport(path: String, text: String) {
    #expect(Self.importViolations(Repository([path: text])).count == 1)
  }

  @Test(
    "An import that a rule allows is passed",
    arguments: [
      ("Sources/ResilienceHealth/A.swift", "import Resilience\nimport ResilienceInterfaces\nimport Synchronization"),
      ("Sources/Resilience/Runtime/LiveTime.swift", "import Glibc"),
      ("Sources/Resilience/Support/Lock.swift", "internal import Glibc"),
      ("Sources/ResilienceTelemetry/A.swift", "import Foundation\n// import NIOCore"),
      ("Sources/ResilienceCLI/A.swift", "import ResilienceGateway\nimport ArgumentParser"),
    ])
  func goodImport(path: String, text: String) {
    #expect(Self.importViolations(Repository([path: text])).isEmpty)
  }

  @Test("A dependency on a higher or equal layer in Package.swift is found, and tests are exempt")
  func badDependency() {
    let text = """
      func library(_ name: String) -> Target { .target(name: name) }
      library("ResilienceHealth", ["Resilience", "ResilienceQueue"]),
      library(
        "ResilienceGateway", ["ResilienceTelemetry", .product(name: "NIO", package: "swift-nio")]),
      .executableTarget(name: "ResilienceCLI", dependencies: ["ResilienceGateway"]),
      tests("ResilienceHealthTests", ["ResilienceHealth", "ResilienceGateway"]),
      library("ResilienceNovel", []),
      """
    let found = Self.dependencyViolations(Repository(["Package.swift": text]))
    #expect(found.map(\.line) == [2, 7])
    #expect(found.first?.description.contains("ResilienceQueue") == true)
  }

  static func importViolations(_ repository: Repository) -> [Violation] {
    repository.swift(below: "Sources").flatMap { file -> [Violation] in
      guard let layer = LayerTable.layer(of: file.module) else {
        return [
          Violation(file, 0, "\(file.module) has no layer", use: "a line in LayerTable.swift and ARCHITECTURE.md")
        ]
      }
      return file.code.enumerated().compactMap { index, line in
        guard let library = Self.imported(line) else { return nil }
        return Self.objection(to: library, in: file, layer).map { Violation(file, index, $0.what, use: $0.instead) }
      }
    }
  }

  private static func objection(
    to library: String, in file: TextFile, _ layer: Int
  ) -> (what: String, instead: String)? {
    let what = "\(file.module) may not import \(library)"
    if let theirs = LayerTable.layer(of: library) {
      return theirs < layer ? nil : (what, "a protocol of a lower layer, joined in a higher one,")
    }
    for (beginning, modules) in LayerTable.owners where library.hasPrefix(beginning) && !modules.contains(file.module) {
      return (what, "a protocol that \(modules.sorted().joined(separator: " or ")) implements")
    }
    if layer >= 3 || LayerTable.pureLibraries.contains(library) { return nil }
    if LayerTable.pureExceptions[file.module]?.contains(library) == true { return nil }
    if LayerTable.systemLibraries.contains(library) {
      if [LayerTable.lockFile, LayerTable.processFile].contains(file.path) || LayerTable.isLiveRuntime(file.path) {
        return nil
      }
      return (what, "the Runtime of the call's context")
    }
    return (what, "plain Swift, or a module of L3 and above,")
  }

  /// `public import struct Foundation.Date` imports `Foundation`.
  private static func imported(_ line: String) -> String? {
    let words = Scanning.words(line)
    guard let at = words.firstIndex(where: { $0.word == "import" }), at + 1 < words.count else { return nil }
    let modifiers: Set<String> = [
      "public", "package", "internal", "fileprivate", "private", "preconcurrency", "testable",
    ]
    guard words[..<at].allSatisfy({ modifiers.contains($0.word) || $0.before == "@" }) else { return nil }
    let kinds: Set<String> = ["struct", "class", "enum", "protocol", "typealias", "func", "var", "let", "actor"]
    let next = kinds.contains(words[at + 1].word) ? at + 2 : at + 1
    return next < words.count ? words[next].word : nil
  }

  static func dependencyViolations(_ repository: Repository) -> [Violation] {
    guard let file = repository.file("Package.swift") else { return [] }
    return TargetReader.targets(in: file).flatMap { target -> [Violation] in
      guard let layer = LayerTable.layer(of: target.name) else {
        let what = "\(target.name) has no layer"
        return [Violation(file, target.line, what, use: "a line in LayerTable.swift and ARCHITECTURE.md")]
      }
      return target.strings.compactMap { name in
        guard let theirs = LayerTable.layer(of: name), theirs >= layer else { return nil }
        let what = "\(target.name) may not depend on \(name)"
        return Violation(file, target.line, what, use: "a module of a lower layer")
      }
    }
  }
}
