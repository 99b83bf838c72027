import Foundation

/// Where the programs are that the tests start.
package enum Programs {
  /// The program under test.
  package static func resilience() throws -> String { try self.built("resilience", "RESILIENCE_TEST_PROGRAM") }

  /// The program that plays traces; `./test` builds it with everything else.
  package static func traces() throws -> String { try self.built("ResilienceTraces", "RESILIENCE_TEST_TRACES") }

  private static func built(_ name: String, _ variable: String) throws -> String {
    let arguments = ProcessInfo.processInfo.arguments
    let bundle = arguments.firstIndex(of: "--test-bundle-path").flatMap { arguments.dropFirst($0 + 1).first }
    let beside = bundle.map { URL(fileURLWithPath: $0).deletingLastPathComponent().appendingPathComponent(name).path }
    let program = ProcessInfo.processInfo.environment["RESILIENCE_TEST_PROGRAM"].map {
      URL(fileURLWithPath: $0).deletingLastPathComponent().appendingPathComponent(name).path
    }
    return try self.find(
      variable, [beside, program, FileManager.default.currentDirectoryPath + "/.build/debug/\(name)"],
      remedy: "build it with `swift build --product \(name)`, or say where it is in \(variable)")
  }

  package static func nginx() throws -> String {
    try self.find("RESILIENCE_TEST_NGINX", self.onPath(["nginx"]), remedy: "install nginx-light")
  }

  package static func redis() throws -> String {
    try self.find(
      "RESILIENCE_TEST_REDIS", self.onPath(["redis-server", "valkey-server"]), remedy: "install redis-server")
  }

  package static func postgres() throws -> String {
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
    let places = versions.sorted().reversed().map { "/usr/lib/postgresql/\($0)/bin/postgres" }
    return try self.find(
      "RESILIENCE_TEST_POSTGRES", self.onPath(["postgres"]) + places, remedy: "install postgresql")
  }

  package static func promtool() throws -> String {
    try self.find("RESILIENCE_TEST_PROMTOOL", self.onPath(["promtool"]), remedy: "install prometheus")
  }

  package static func prometheus() throws -> String {
    try self.find("RESILIENCE_TEST_PROMETHEUS", self.onPath(["prometheus"]), remedy: "install prometheus")
  }

  /// A Python with the packages that `Scripts/need` installs for the tests.
  package static func python() throws -> String {
    try self.find("RESILIENCE_TEST_PYTHON", [], remedy: "let Scripts/need make it (need_test_python)")
  }

  /// Any Python 3, for programs that need nothing but its standard library.
  package static func plainPython() throws -> String {
    let own = ProcessInfo.processInfo.environment["RESILIENCE_TEST_PYTHON"]
    return try self.find(
      "RESILIENCE_TEST_PYTHON", [own] + self.onPath(["python3"]), remedy: "install python3")
  }

  /// Swift's own C compiler, or the system's.
  package static func compiler() throws -> String {
    try self.find("RESILIENCE_TEST_CC", self.onPath(["clang", "cc"]), remedy: "install a C compiler")
  }

  package static func chromium() throws -> String {
    try self.find(
      "RESILIENCE_TEST_CHROMIUM", self.onPath(["chromium", "chromium-browser", "google-chrome"]),
      remedy: "install chromium")
  }

  private static func find(_ variable: String, _ candidates: [String?], remedy: String) throws -> String {
    let all = [ProcessInfo.processInfo.environment[variable]] + candidates
    guard let found = all.compactMap({ $0 }).first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else {
      throw Trouble("\(variable) is not set and the program is at no usual place: \(remedy), or run ./test")
    }
    return found
  }

  private static func onPath(_ names: [String]) -> [String?] {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let folders = path.split(separator: ":").map(String.init) + ["/usr/sbin", "/usr/bin", "/usr/local/bin"]
    return names.flatMap { name in folders.map { "\($0)/\(name)" } }
  }
}
