/// What the exporter counts about itself.
struct ExportMetrics: Sendable {
  /// Why something was not sent.
  enum Reason: String, CaseIterable {
    /// The queue had no room.
    case queueFull = "queue_full"
    /// The collector took the request, but not all of it.
    case rejected
    /// The collector does not take such requests.
    case refused
  }

  private let sent: [OTLPSignal: Counter]
  private let failures: [OTLPSignal: Counter]
  private let dropped: [OTLPSignal: [Reason: Counter]]
  private let waiting: [OTLPSignal: Gauge]

  init(_ registry: MetricRegistry) throws(MetricError) {
    let sent = try registry.counter(
      "resilience_otlp_sent_total", help: "Spans, log records and metric requests that the collector has taken.",
      labels: ["signal"])
    let failures = try registry.counter(
      "resilience_otlp_failures_total", help: "Requests that the collector has not taken, retries spent.",
      labels: ["signal"])
    let dropped = try registry.counter(
      "resilience_otlp_dropped_total", help: "Spans and log records that were never taken, by reason.",
      labels: ["signal", "reason"])
    let waiting = try registry.gauge(
      "resilience_otlp_queue_length", help: "Spans and log records that wait to be sent.", labels: ["signal"])
    var all = (
      sent: [OTLPSignal: Counter](), failures: [OTLPSignal: Counter](), dropped: [OTLPSignal: [Reason: Counter]](),
      waiting: [OTLPSignal: Gauge]()
    )
    for signal in OTLPSignal.allCases {
      all.sent[signal] = try sent.bind(signal.rawValue)
      all.failures[signal] = try failures.bind(signal.rawValue)
      for reason in Reason.allCases {
        all.dropped[signal, default: [:]][reason] = try dropped.bind(signal.rawValue, reason.rawValue)
      }
      if signal != .metrics { all.waiting[signal] = try waiting.bind(signal.rawValue) }
    }
    self.sent = all.sent
    self.failures = all.failures
    self.dropped = all.dropped
    self.waiting = all.waiting
  }

  func sent(_ count: Int, _ signal: OTLPSignal) { self.sent[signal]?.increment(by: UInt64(max(0, count))) }
  func failed(_ signal: OTLPSignal) { self.failures[signal]?.increment() }
  func dropped(_ count: Int, _ signal: OTLPSignal, _ reason: Reason) {
    self.dropped[signal]?[reason]?.increment(by: UInt64(max(0, count)))
  }
  func waiting(_ count: (spans: Int, records: Int)) {
    self.waiting[.traces]?.set(Double(count.spans))
    self.waiting[.logs]?.set(Double(count.records))
  }
}
