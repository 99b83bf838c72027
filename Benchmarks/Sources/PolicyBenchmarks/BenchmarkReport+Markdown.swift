extension BenchmarkReport {
  /// The report as Markdown.
  func markdown() -> String {
    let header = [
      "| case | 1 thread, ns (best) | 2 threads, ns | × bare | × lock | allocations | bytes |",
      "|---|---:|---:|---:|---:|---:|---:|",
    ]
    let facts = self.facts.map { "- \($0)" } + (self.facts.isEmpty ? [] : [""])
    let note = [
      "", "Operation included. † fewer than three windows were undisturbed: the median of all, indicative only.",
    ]
    return (facts + header + self.results.map(self.row) + note).joined(separator: "\n")
  }

  private func row(_ result: BenchmarkResult) -> String {
    let cells = [
      result.title,
      "\(self.text(result.oneThread)) (\(self.rounded(result.oneThread.best)))",
      self.text(result.twoThreads),
      self.ratio(result, to: BenchmarkCase.bareName),
      self.ratio(result, to: BenchmarkCase.lockName),
      result.allocations.map { self.rounded($0.perCall) } ?? "–",
      result.allocations.map { "\(Int($0.bytesPerCall.rounded()))" } ?? "–",
    ]
    return "| " + cells.joined(separator: " | ") + " |"
  }

  private func text(_ timing: Timing) -> String { self.rounded(timing.median) + (timing.isIndicative ? " †" : "") }

  private func ratio(_ result: BenchmarkResult, to name: String) -> String {
    guard let measure = self.results.first(where: { $0.name == name }) else { return "–" }
    return self.rounded(result.oneThread.median / measure.oneThread.median)
  }

  /// One decimal below 100, none above; whole zeros stay short.
  private func rounded(_ value: Double) -> String {
    if value == 0 || value >= 100 { return "\(Int(value.rounded()))" }
    return "\((value * 10).rounded() / 10)"
  }
}
