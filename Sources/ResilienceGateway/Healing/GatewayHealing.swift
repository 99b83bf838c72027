public import NIOCore
internal import Resilience
public import ResilienceConfiguration
internal import ResilienceHealing
public import ResilienceInterfaces

/// Healing workflows and supervised processes of a gateway, put together from its configuration.
public final class GatewayHealing: Sendable {
  private let healer: Healer
  private let supervisor: ProcessSupervisor
  private let assembly: HealingAssembly
  private let transport: NIOUpstreamTransport
  private let metrics: HealingMetrics

  /// Puts everything together; nothing runs yet.
  ///
  /// - Parameters:
  ///   - gateway: What is healed.
  ///   - control: Where operators see and change it; healing is attached to it.
  ///   - store: Keeps runs, the global stop and processes.
  ///   - feed: Where operators are told what happens.
  ///   - metrics: Where it is counted, and whose signals are heard.
  ///   - group: The event loops of webhooks and checks.
  ///   - environment: Our variables, of which programs get those that are named for them.
  /// - Throws: What is wrong with a metric's name.
  public init(
    gateway: AssembledGateway, control: GatewayControlPlane, store: any HealingStore, feed: ControlEventFeed,
    metrics: GatewayMetrics, group: any EventLoopGroup, environment: [String: String]
  ) throws {
    let configuration = gateway.configuration
    let clock = control.clock
    self.transport = try NIOUpstreamTransport(group: group)
    self.metrics = try HealingMetrics(in: metrics)
    self.metrics.expect(configuration.healing.workflows.map(\.name))
    let controls = GatewayControls(gateway: gateway, control: control, transport: self.transport)
    let assembly = HealingAssembly(controls: controls, environment: environment)
    let telling = HealingTelling(metrics: self.metrics, feed: feed, clock: clock)
    let signals = metrics.signals
    self.assembly = assembly
    self.supervisor = ProcessSupervisor(
      assembly.processes(configuration.supervised), mayRestart: configuration.healing.restarts, store: store,
      mark: "\(configuration.service) \(configuration.operations.listen)", observer: telling,
      signals: { signals.receive($0) }, wallClock: { clock.now })
    self.healer = Healer(
      assembly.settings(configuration.healing), store: store, observer: telling, processes: self.supervisor,
      wallClock: { clock.now })
    controls.connect(self.supervisor)
    signals.connect(self.healer)
    control.attach(self.healer)
  }

  /// Puts what another configuration says in force; runs under way go on, unchanged processes, too.
  public func apply(_ configuration: ServiceConfiguration) {
    self.metrics.expect(configuration.healing.workflows.map(\.name))
    self.healer.replace(self.assembly.settings(configuration.healing))
    self.supervisor.replace(
      self.assembly.processes(configuration.supervised), mayRestart: configuration.healing.restarts)
  }

  /// Keeps the processes running until `stopProcesses`; all of them have ended when it returns.
  public func superviseProcesses() async { await self.supervisor.run() }

  /// Ends the processes in order.
  public func stopProcesses() { self.supervisor.stop() }

  /// Runs workflows until the task is cancelled.
  public func runWorkflows() async { await self.healer.run() }

  /// Closes the connections to webhooks.
  public func shutdown() async { await self.transport.shutdown() }
}
