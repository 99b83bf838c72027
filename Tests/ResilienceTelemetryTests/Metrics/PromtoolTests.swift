import Foundation
import ResilienceTelemetry
import Testing

/// Where `promtool` is: named by `./test`, else on the path.
private let promtool: String? = {
  let environment = ProcessInfo.processInfo.environment
  let named = environment["RESILIENCE_TEST_PROMTOOL"].map { [$0] } ?? []
  let found = (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/promtool" }
  return (named + found).first { FileManager.default.isExecutableFile(atPath: $0) }
}()

@Suite("Prometheus' own checker", .enabled(if: promtool != nil, "promtool is not installed"))
struct PromtoolTests {
  @Test("R9.1 promtool check metrics accepts the exposition without a word")
  func accepted() async throws {
    let registry = MetricRegistry(seriesLimit: 2)
    let calls = try registry.counter("circuit_breaker_trips_total", help: "Trips.", labels: ["service"])
    for name in ["a", "quoted \"b\" \\ \n", "c", "d"] { try calls.bind(name).increment() }
    try registry.gauge("circuit_breaker_state", help: "State.", labels: ["service"]).bind("a").set(2)
    let name = "resilient_operation_duration_seconds"
    let duration = try registry.histogram(name, help: "Duration.", labels: ["service", "outcome"])
    try duration.bind("a", "success").observe(0.1234)
    try duration.bind("a", "failure").observe(.infinity)
    let (status, output) = try await Self.check(registry.text())
    #expect(status == 0)
    #expect(output.isEmpty, "promtool says: \(output)")
  }

  @Test("promtool would notice a broken exposition")
  func refused() async throws {
    let (status, output) = try await Self.check("calls_total{a=\"unclosed} 1\n")
    #expect(status != 0 && !output.isEmpty)
  }

  private static func check(_ text: String) async throws -> (Int32, String) {
    let process = Process()
    process.executableURL = URL(filePath: try #require(promtool))
    process.arguments = ["check", "metrics"]
    let input = Pipe()
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    process.standardError = output
    let (ends, ended) = AsyncStream.makeStream(of: Never.self)
    process.terminationHandler = { _ in ended.finish() }
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
    try input.fileHandleForWriting.close()
    // What it says fits the pipe, so it ends without a reader, and no thread of the pool waits for it.
    for await _ in ends {}
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }
}
