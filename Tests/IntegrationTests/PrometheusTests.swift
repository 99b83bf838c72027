import Foundation
import ServerTestSupport
import Testing

@Suite("A real Prometheus", .timeLimit(.minutes(60)))
struct PrometheusTests {
  /// Every name that the shipped rules make, and those that Prometheus itself has.
  private static func recorded() throws -> Set<String> {
    let rules = try Repository.text("Operations/prometheus/resilience.rules.yml")
    let names = rules.matches(of: /record: (\S+)/).map { String($0.1) }
    return Set(names + ["up"])
  }

  /// The metrics that an expression names.
  private static func metrics(in expression: String) -> Set<String> {
    let plain =
      expression.replacing(/"[^"]*"/, with: "").replacing(/\{[^}]*\}/, with: "").replacing(/\[[^\]]*\]/, with: "")
      .replacing(/(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/, with: "")
    let words = plain.matches(of: /[A-Za-z_:][A-Za-z0-9_:]*\s*\(?/).map { String($0.output) }
    let operators: Set<String> = ["and", "or", "unless", "bool", "offset"]
    return Set(words.filter { !$0.hasSuffix("(") }.map { $0.filter { $0 != " " && $0 != "\n" } }).subtracting(operators)
  }

  /// The names in a text of the exposition, with those of histograms' parts.
  private static func exported(_ text: String) -> Set<String> {
    var names: Set<String> = []
    for match in text.matches(of: /# TYPE (\S+) (\S+)/) {
      let name = String(match.1)
      names.insert(name)
      if match.2 == "histogram" { for suffix in ["_bucket", "_sum", "_count"] { names.insert(name + suffix) } }
    }
    return names
  }

  private static func expressions() throws -> [(where: String, text: String)] {
    let rules = try Repository.text("Operations/prometheus/resilience.rules.yml")
    var all = rules.matches(of: /expr: (\|\n((?: {10}.*\n)+)|.*)/).map {
      (where: "rules", text: String($0.2 ?? $0.1))
    }
    let dashboard = JSON(try Repository.text("Operations/grafana/resilience.json"))
    for panel in dashboard["panels"].elements {
      for target in panel["targets"].elements {
        all.append((where: panel["title"].string ?? "", text: target["expr"].string ?? ""))
      }
    }
    for annotation in dashboard["annotations"]["list"].elements {
      all.append((where: "annotation", text: annotation["expr"].string ?? ""))
    }
    for variable in dashboard["templating"]["list"].elements where variable["type"] == "query" {
      let text = variable["definition"].string ?? ""
      all.append(
        (where: "variable", text: String(text.split(separator: "(").last?.prefix { $0 != "{" && $0 != "," } ?? "")))
    }
    return all
  }

  private static func serve(_ body: (ServedProgram, OTLPReceiver) async throws -> Void) async throws {
    let receiver = try await OTLPReceiver()
    defer { receiver.end() }
    let upstream = try ScriptedUpstream { $0.target == "/ok" ? .ok("fine") : .answer(500, [], "no") }
    defer { upstream.stop() }
    let keys = "url: \"\(upstream.url)\", retry: false, circuitBreaker: { consecutiveFailures: 3, openDuration: 1m }"
    let settings = ProgramSettings.dependencies(("up", keys)).with {
      $0.telemetry = receiver.keys
      $0.top = "sessions: { store: \"memory:\" }"
    }
    try await ServedProgram.run(settings) { try await body($0, receiver) }
  }

  @Test("R12.5 it scrapes the program, evaluates the shipped rules, sees an open breaker, and keeps exemplars")
  func scraped() async throws {
    try await Self.serve { program, _ in
      let prometheus = try await RealPrometheus(scraping: program.operations)
      for _ in 0..<4 { _ = try await program.get("/up/ok") }
      try await eventually("it has scraped") {
        try await prometheus.value("up") == 1 ? true : nil
      }
      try await program.openBreaker("up", by: "/bad")
      try await eventually("it sees the open breaker") {
        try await prometheus.value("circuit_breaker_state{breaker_name=\"up\"}") == 1 ? true : nil
      }
      try await eventually("the alert is pending") {
        let alerts = try await prometheus.api("alerts")["alerts"].elements
        return alerts.first { $0["labels"]["alertname"] == "ResilienceBreakerOpen" && $0["state"] == "pending" }
      }
      try await eventually("the recorded share of failures") {
        try await prometheus.value("dependency:resilience_failures:ratio_rate5m{dependency=\"up\"}").map { $0 > 0.1 }
      }
      let rules = try await eventually("every rule has been evaluated") {
        let rules = try await prometheus.api("rules")["groups"].elements.flatMap { $0["rules"].elements }
        return rules.contains { $0["health"] == "unknown" } ? nil : rules
      }
      let shipped = try Repository.text("Operations/prometheus/resilience.rules.yml").split(separator: "\n")
      #expect(rules.count == shipped.count { $0.contains("- alert: ") || $0.contains("- record: ") })
      #expect(rules.allSatisfy { $0["health"] == "ok" }, "\(rules.filter { $0["health"] != "ok" })")
      // One scrape may be late on a busy machine; the next one is not.
      try await eventually("a scrape without trouble") {
        let target = try await prometheus.api("targets")["activeTargets"].elements.first
        return target?["health"] == "up" && target?["lastError"] == ""
      }
      let trace = try await eventually("an exemplar is kept") {
        let exemplars = try await prometheus.api(
          "query_exemplars?query=resilient_operation_duration_seconds_bucket&start=0&end=9999999999")
        return exemplars.elements.first?["exemplars"].elements.first?["labels"]["trace_id"].string
      }
      #expect(trace.count == 32, "\(trace)")
      for (place, text) in try Self.expressions() {
        let filled = text.replacing("$__rate_interval", with: "1m").replacing("$service", with: ".*")
          .replacing("$dependency", with: ".*")
        let answer = try await prometheus.query(filled)
        #expect(answer["status"] == "success", "\(place): \(text): \(answer["error"])")
      }
    }
  }

  @Test("R12.5 every query of dashboard and rules names a metric that is exported, and Metrics.md names them all")
  func names() async throws {
    try await Self.serve { program, _ in
      let exported = Self.exported(try await program.operate("GET", "/metrics").body)
      let known = exported.union(try Self.recorded())
      let expressions = try Self.expressions()
      #expect(expressions.count > 40)
      for (place, text) in expressions {
        let named = Self.metrics(in: text)
        #expect(!named.isEmpty && named.isSubset(of: known), "\(place): \(named.subtracting(known)) in \(text)")
      }
      let document = try Repository.text("Documentation/Metrics.md")
      let rows = document.matches(of: /\n\| `([a-z_]+)` \| (counter|gauge|histogram) \|/)
      let types = try await program.operate("GET", "/metrics").body.matches(of: /# TYPE (\S+) (\S+)/)
      #expect(Set(rows.map { "\($0.1) \($0.2)" }) == Set(types.map { "\($0.1) \($0.2)" }))
    }
  }

  @Test("R12.5 OpenMetrics is what the reference parser reads, exemplars included, where Accept asks for it")
  func openMetrics() async throws {
    try await Self.serve { program, _ in
      for path in ["/up/ok", "/up/bad"] { _ = try await program.get(path) }
      let accept = ("Accept", "application/openmetrics-text; version=1.0.0")
      let answer = try await eventually("an exemplar is there") {
        let answer = try await program.operate("GET", "/metrics", nil, [accept])
        return answer.body.contains("# {trace_id=") ? answer : nil
      }
      #expect(answer["Content-Type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8")
      #expect(answer.body.hasSuffix("# EOF\n"))
      let file = try program.folder.write(answer.body, to: "openmetrics.txt")
      let script = Repository.path("Tests/IntegrationTests/Receiver/check_openmetrics.py")
      let parser = try ChildProcess(
        "/bin/sh", ["-c", "exec '\(try Programs.python())' '\(script)' < '\(file)'"], folder: program.folder,
        name: "parser")
      #expect(try await parser.exit() == 0, "\(parser.errors)")
      let counts = parser.output.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
      #expect(counts.count == 2 && counts[0] > 20 && counts[1] >= 1, "\(parser.output)")
      let plain = try await program.operate("GET", "/metrics")
      #expect(plain["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
    }
  }

  @Test("R12.5 promtool finds the shipped rules right, and their unit tests pass")
  func rules() async throws {
    let folder = try TestFolder()
    let rules = Repository.path("Operations/prometheus")
    for arguments in [["check", "rules", "resilience.rules.yml"], ["test", "rules", "resilience.rules.test.yml"]] {
      let command = "cd '\(rules)' && exec '\(try Programs.promtool())' \(arguments.joined(separator: " "))"
      let promtool = try ChildProcess("/bin/sh", ["-c", command], folder: folder, name: arguments[0])
      #expect(try await promtool.exit() == 0, "\(promtool.output)\(promtool.errors)")
    }
  }
}
