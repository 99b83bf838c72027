import Foundation
import ServerTestSupport

/// A real Prometheus that scrapes one program every second and evaluates the shipped rules.
final class RealPrometheus: Sendable {
  let port: Int
  private let process: ChildProcess
  private let folder: TestFolder

  /// Starts it and waits until it is ready.
  init(scraping target: Int) async throws {
    let port = try FreePort.take()
    let folder = try TestFolder()
    let rules = Repository.path("Operations/prometheus/resilience.rules.yml")
    let file = try folder.write(
      """
      global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }
      rule_files: ["\(rules)"]
      scrape_configs:
        - job_name: resilience
          static_configs: [{ targets: ["127.0.0.1:\(target)"] }]
      """, to: "prometheus.yml")
    let process = try ChildProcess(
      try Programs.prometheus(),
      [
        "--config.file=\(file)", "--storage.tsdb.path=\(folder.path)/data", "--web.listen-address=127.0.0.1:\(port)",
        "--enable-feature=exemplar-storage", "--log.level=warn",
      ], folder: folder, name: "prometheus")
    self.port = port
    self.folder = folder
    self.process = process
    try await eventually(within: .seconds(90), "Prometheus is ready; it said: \(process.errors.suffix(1_000))") {
      try await HTTP.get(port, "/-/ready").status == 200 ? true : nil
    }
  }

  /// What it answers to a request of its interface.
  func api(_ path: String) async throws -> JSON { try await HTTP.get(self.port, "/api/v1/\(path)").json["data"] }

  /// The value of an expression that has exactly one; nil where it has none.
  func value(_ expression: String) async throws -> Double? {
    let answer = try await self.query(expression)
    return answer["data"]["result"].elements.first?["value"].elements.last?.string.flatMap { Double($0) }
  }

  /// The whole answer to a query.
  func query(_ expression: String) async throws -> JSON {
    let allowed = CharacterSet.alphanumerics
    let query = expression.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
    return try await HTTP.get(self.port, "/api/v1/query?query=\(query)").json
  }

  deinit { self.process.end() }
}
