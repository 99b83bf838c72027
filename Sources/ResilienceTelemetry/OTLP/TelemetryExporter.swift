public import Logging
public import Resilience
internal import ResilienceInterfaces

/// Sends spans, metrics and log records to an OpenTelemetry collector: OTLP over HTTP, as JSON.
///
/// What is sent waits in bounded queues; what does not fit is dropped and counted, and nothing ever waits for the
/// collector. Requests go under our own policies: a time-out, retries within a budget that honour `Retry-After`, and a
/// breaker, so that a collector that is away is left alone. What could not be sent for such a reason stays queued;
/// what the collector refuses (a 400) is dropped. Metrics are sums since the start, so a lost request loses nothing.
///
/// ```swift
/// let exporter = try TelemetryExporter(resource: TelemetryResource(service: "shop"), transport: transport)
/// await withTaskGroup { $0.addTask { await exporter.run() } … }
/// await exporter.flush(within: .seconds(5))
/// ```
public final class TelemetryExporter: SpanSink {
  /// How often it looks whether a batch is full.
  private static let tick = Duration.milliseconds(200)

  let configuration: OTLPConfiguration
  let resource: TelemetryResource
  private let transport: any OTLPTransport
  private let runtime: Runtime
  /// The time of day, in nanoseconds since 1970.
  let wallTime: @Sendable () -> UInt64
  private let registry: MetricRegistry?
  private let metrics: ExportMetrics?
  private let pipeline: ConfiguredPipeline
  private let spans: Lock<ExportQueue<FinishedSpan>>
  private let records: Lock<ExportQueue<LogRecord>>
  private let isFailing = Lock(false)
  private let isBusy = Lock(false)
  private let log: Logger?

  /// Makes an exporter that sends nothing before `run()` or `flush(within:)`.
  ///
  /// - Parameters:
  ///   - configuration: What to send, and how much of it; values out of range are brought to the nearest allowed.
  ///   - resource: Who sends.
  ///   - registry: The metrics to send; also gets the exporter's own.
  ///   - transport: Brings requests to the collector.
  ///   - runtime: Where time and chance come from.
  ///   - wallTime: The time of day, in nanoseconds since 1970.
  ///   - log: Told when sending begins to fail, and when it works again.
  /// - Throws: `MetricError` where the registry has something else under the names of the exporter's metrics.
  public init(
    _ configuration: OTLPConfiguration = OTLPConfiguration(), resource: TelemetryResource,
    registry: MetricRegistry? = nil, transport: any OTLPTransport, runtime: Runtime = .live,
    wallTime: (@Sendable () -> UInt64)? = nil, log: Logger? = nil
  ) throws {
    self.configuration = configuration.clamped
    self.resource = resource
    self.transport = transport
    self.runtime = runtime
    self.wallTime = wallTime ?? { UInt64(max(0, Runtime.live.unixMilliseconds())) * 1_000_000 }
    self.registry = registry
    self.metrics = try registry.map { registry throws(MetricError) in try ExportMetrics(registry) }
    self.spans = Lock(ExportQueue(capacity: self.configuration.maxQueue))
    self.records = Lock(ExportQueue(capacity: self.configuration.maxQueue))
    self.log = log
    self.pipeline = try Self.pipeline(self.configuration)
  }

  private static func pipeline(_ configuration: OTLPConfiguration) throws(InvalidConfiguration) -> ConfiguredPipeline {
    let retry = Retry(
      Retry.Configuration(
        maxAttempts: 5, backoff: .exponential(initial: .seconds(1), max: .seconds(5)), jitter: .full,
        maxRetryAfter: .seconds(30),
        budget: RetryBudget("otlp", .traffic(ratio: 0.2, minimumPerSecond: 1, capacity: 10)),
        isRetryable: { ($0 as? OTLPFailure)?.isRetryable ?? Retry.isRetryable($0) }))
    let breaker = CircuitBreaker(
      "otlp", CircuitBreaker.Configuration(consecutiveFailures: 5, openDuration: .seconds(30)))
    return try ConfiguredPipeline([
      .retry(retry), .circuitBreaker(breaker), .timeout(Timeout(configuration.timeout, name: "otlp")),
    ])
  }

  /// Queues a span; counts it as dropped if there is no room.
  public func take(_ span: FinishedSpan) {
    guard self.configuration.signals.contains(.traces) else { return }
    if !self.spans.withLock({ $0.append(span) }) { self.metrics?.dropped(1, .traces, .queueFull) }
  }

  /// Whether log records are sent at all.
  var takesLogs: Bool { self.configuration.signals.contains(.logs) }

  /// Queues a log record; counts it as dropped if there is no room.
  func take(_ record: LogRecord) {
    guard self.takesLogs else { return }
    if !self.records.withLock({ $0.append(record) }) { self.metrics?.dropped(1, .logs, .queueFull) }
  }

  /// How many spans and log records wait.
  public var waiting: (spans: Int, records: Int) {
    (self.spans.withLock { $0.count }, self.records.withLock { $0.count })
  }

  /// Sends, until the task is cancelled.
  public func run() async {
    var next = self.runtime.now()
    while !Task.isCancelled {
      let waiting = self.waiting
      let isFull = max(waiting.spans, waiting.records) >= self.configuration.maxBatch
      if self.runtime.now() >= next {
        await self.pass(deadline: nil, withMetrics: true)
        next = self.runtime.now() + self.configuration.interval.nanoseconds
      } else if isFull, !self.isFailing.withLock({ $0 }) {
        await self.pass(deadline: nil, withMetrics: false)
      }
      let pause = min(Self.tick, self.configuration.interval)
      do { try await self.runtime.sleep(for: pause) } catch { return }
    }
  }

  /// Sends everything that waits, and the metrics as they are now, within a length of time; for the end of a program.
  public func flush(within limit: Duration) async {
    let deadline = Deadline(after: limit, on: self.runtime)
    while self.isBusy.withLock({ $0 }), deadline.remaining(on: self.runtime) > .zero {
      do { try await self.runtime.sleep(for: .milliseconds(10)) } catch { return }
    }
    await self.pass(deadline: deadline, withMetrics: true)
  }

  /// Sends what waits now; one pass at a time.
  private func pass(deadline: Deadline?, withMetrics: Bool) async {
    let isFree = self.isBusy.withLock { isBusy in
      defer { isBusy = true }
      return !isBusy
    }
    guard isFree else { return }
    defer { self.isBusy.withLock { $0 = false } }
    await self.drain(.traces, self.spans, deadline) { OTLPWriter.traces($0, self.resource) }
    await self.drain(.logs, self.records, deadline) { OTLPWriter.logs($0, self.resource) }
    if withMetrics, self.configuration.signals.contains(.metrics), let registry {
      self.metrics?.waiting(self.waiting)
      let body = OTLPWriter.metrics(registry.readings(), self.resource, at: self.wallTime())
      _ = await self.send(.metrics, body, count: 1, deadline)
    }
  }

  /// Sends a queue batch by batch, until it is empty or something speaks against going on.
  private func drain<Element: Sendable>(
    _ signal: OTLPSignal, _ queue: borrowing Lock<ExportQueue<Element>>, _ deadline: Deadline?,
    _ encode: ([Element]) -> [UInt8]
  ) async {
    var left = queue.withLock { $0.count }
    while left > 0 {
      let batch = queue.withLock { $0.begin(self.configuration.maxBatch) }
      guard !batch.isEmpty else { return }
      left -= batch.count
      let isDone = await self.send(signal, encode(batch), count: batch.count, deadline)
      queue.withLock { isDone ? $0.finish() : $0.giveBack() }
      guard isDone else { return }
    }
  }

  /// Sends one request under the policies; false if it is worth trying later.
  private func send(_ signal: OTLPSignal, _ body: [UInt8], count: Int, _ deadline: Deadline?) async -> Bool {
    let context = Context(self.runtime, operation: "otlp \(signal.rawValue)", deadline: deadline)
    do {
      let answer = try await self.pipeline.execute(in: context) { _ in
        let answer = try await self.transport.post(path: signal.path, body: body)
        guard (200..<300).contains(answer.status) else {
          throw OTLPFailure(status: answer.status, retryAfter: answer.retryAfter)
        }
        return answer
      }
      let rejected = min(count, answer.rejectedItems)
      self.metrics?.sent(count - rejected, signal)
      self.metrics?.dropped(rejected, signal, .rejected)
      self.works()
      return true
    } catch {
      self.metrics?.failed(signal)
      self.fails(error)
      guard let failure = error as? OTLPFailure, !failure.isRetryable else { return false }
      self.metrics?.dropped(count, signal, .refused)
      return true
    }
  }

  private func works() {
    let changed = self.isFailing.withLock { isFailing in
      defer { isFailing = false }
      return isFailing
    }
    if changed { self.log?.info("telemetry is sent again") }
  }

  private func fails(_ error: any Error) {
    let changed = self.isFailing.withLock { isFailing in
      defer { isFailing = true }
      return !isFailing
    }
    guard changed else { return }
    let reason =
      (error as? OTLPFailure)?.description ?? (error as? OTLPUnreachable)?.description ?? ErrorName.of(error)
    self.log?.warning("telemetry cannot be sent; it waits, and what does not fit is dropped: \(reason)")
  }
}
