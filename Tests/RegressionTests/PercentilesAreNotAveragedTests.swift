import Foundation
import Testing

/// Architecture §6: percentiles averaged over hosts.
@Suite struct PercentilesAreNotAveragedTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Every quantile that a shipped rule or dashboard asks for, from its name to the end of the line.
  private func quantiles() throws -> [Substring] {
    let files = ["Operations/prometheus/resilience.rules.yml", "Operations/grafana/resilience.json"]
    return try files.flatMap { file in
      let text = try String(contentsOf: Self.root.appending(path: file), encoding: .utf8)
      return text.split(separator: "\n").filter { $0.contains("histogram_quantile") }
        .map { $0[($0.range(of: "histogram_quantile")?.lowerBound ?? $0.startIndex)...] }
    }
  }

  @Test("R12.5 a percentile over several hosts is taken of their summed buckets, never of their percentiles")
  func summed() throws {
    let quantiles = try self.quantiles()
    #expect(quantiles.count >= 4)
    for quantile in quantiles {
      let inner = quantile.drop { $0 != "," }.dropFirst().drop { $0 == " " }
      #expect(inner.hasPrefix("sum by (") && inner.prefix(60).contains("le)"), "\(quantile)")
      #expect(!inner.contains("avg(") && inner.contains("_bucket"), "\(quantile)")
    }
  }

  @Test("R12.5 no rule or dashboard averages a percentile that another one has computed")
  func notAveraged() throws {
    for file in ["Operations/prometheus/resilience.rules.yml", "Operations/grafana/resilience.json"] {
      let text = try String(contentsOf: Self.root.appending(path: file), encoding: .utf8)
      for line in text.split(separator: "\n") where line.contains("avg") {
        #expect(!line.contains(":p95") && !line.contains("quantile"), "\(line)")
      }
    }
  }
}
