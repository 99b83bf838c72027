import Glibc

/// What the command line asks for.
///
/// `PolicyBenchmarks [--filter part] [--json] [--list] [--allocations case] [--fact "key: value"]…`; with `FIXED=n` in
/// the environment it makes n calls of the one case that `--filter` names in full, measures nothing and prints nothing:
/// the form for callgrind.
struct BenchmarkCommand {
  var filter = ""
  var isJSON = false
  var isList = false
  /// The case whose allocations per call are printed, and nothing else.
  var counted: String?
  var facts: [String] = []
  let fixedCalls: Int?

  init(_ arguments: [String]) {
    self.fixedCalls = getenv("FIXED").flatMap { Int(String(cString: $0)) }
    var rest = arguments.dropFirst()
    while let argument = rest.popFirst() {
      switch argument {
      case "--json": self.isJSON = true
      case "--list": self.isList = true
      case "--allocations": self.counted = rest.popFirst()
      case "--filter": self.filter = rest.popFirst() ?? ""
      case "--fact": self.facts += rest.popFirst().map { [$0] } ?? []
      default: self.filter = argument
      }
    }
  }

  @concurrent
  func run() async throws {
    let cases = try await BenchmarkCase.all()
    if let fixedCalls {
      for chosen in cases where chosen.name == self.filter { try await chosen.body(fixedCalls) }
      return
    }
    if let counted {
      for chosen in cases where chosen.name == counted {
        // Rounded: what is made once only does not count.
        let count = try await AllocationCounter.count(calls: 10_000, chosen.body)
        print(count.map { "\(Int($0.perCall.rounded()))" } ?? "unknown")
      }
      return
    }
    if self.isList { return cases.forEach { print($0.name) } }
    var report = BenchmarkReport(facts: self.facts)
    // The two measures of all others come first, whatever the filter.
    for chosen in cases where chosen.isMeasure || self.filter.isEmpty || chosen.name.contains(self.filter) {
      report.results.append(try await BenchmarkHarness.measure(chosen))
    }
    print(self.isJSON ? try report.json() : report.markdown())
  }
}
