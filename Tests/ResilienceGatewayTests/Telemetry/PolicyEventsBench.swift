import Logging
import Resilience
import ResilienceInterfaces
import ResilienceTelemetry

@testable import ResilienceGateway

/// Policies' events with a log, metrics and a feed that can be looked at.
struct PolicyEventsBench {
  let metrics: GatewayMetrics
  let feed = ControlEventFeed()
  private let events: PolicyEvents
  private let sink = Shared<[String]>([])

  init() throws {
    let sink = self.sink
    self.metrics = try GatewayMetrics(service: "shop")
    let logger = Logger(label: "resilience.policy") { label in
      var handler = JSONLogHandler(label: label, now: { 0 }, write: { line in sink.change { $0.append(line) } })
      handler.logLevel = .trace
      return handler
    }
    self.events = PolicyEvents(metrics: self.metrics, feed: self.feed, clock: WallClock { 1_234 }, log: logger)
  }

  /// Lets something happen in a call of `api`.
  func observe(_ kind: Event.Kind, by policy: PolicyKind, operation: String = "api", attempt: Int = 1) {
    self.events.observe(
      Event(
        kind, policy: policy, name: "api", at: 7, operation: operation, correlationID: "corr-1", attempt: attempt))
  }

  /// The lines of the log.
  var lines: [String] { self.sink.value }

  /// What operators were told; nothing is told any more afterwards.
  func told() async -> [ControlEvent] {
    self.feed.finish()
    var events: [ControlEvent] = []
    for await event in self.feed.events(after: 0) { events.append(event) }
    return events
  }

  /// How often an event was counted.
  func count(_ event: String) -> Int {
    let series = "resilience_events_total{service=\"shop\",dependency=\"api\",event=\"\(event)\"} "
    let line = self.metrics.registry.text().split(separator: "\n").first { $0.hasPrefix(series) }
    return line.flatMap { Int($0.dropFirst(series.count)) } ?? 0
  }
}
