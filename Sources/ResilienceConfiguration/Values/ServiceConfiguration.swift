/// Everything that a configuration file says, validated.
public struct ServiceConfiguration: Sendable, Equatable {
  /// The service's name in metrics, logs and health.
  public var service = "resilience"
  /// How errors are presented.
  public var errors = ErrorsConfiguration()
  /// The data plane.
  public var gateway = GatewayConfiguration()
  /// The control plane.
  public var operations = OperationsConfiguration()
  /// What is told of every call: traces, metrics, logs.
  public var telemetry = TelemetryConfiguration()
  /// Where what must survive is kept.
  public var storage = StorageConfiguration()
  /// The classes of users.
  public var tiers = TiersConfiguration()
  /// Compartments that dependencies share.
  public var bulkheads: [SharedBulkheadConfiguration] = []
  /// Health checks as a whole, and those of machine and program.
  public var health = HealthConfiguration()
  /// How far the service steps back, when, and what that means.
  public var modes = ModesConfiguration()
  /// Features that can be switched.
  public var toggles = TogglesConfiguration()
  /// How users learn what does not work as usual.
  public var notices = NoticesConfiguration()
  /// What is done by itself when something fails.
  public var healing = HealingConfiguration()
  /// Processes that are kept running.
  public var supervised: [SupervisedConfiguration] = []
  /// Sessions that are kept for services.
  public var sessions = SessionsConfiguration()
  /// The policies that dependencies start from; already applied to each of them.
  public var defaults = PolicyConfiguration()
  /// The dependencies that are called, in the file's order.
  public var dependencies: [DependencyConfiguration] = []
  /// The dependencies that are only checked, in the file's order.
  public var watched: [WatchedDependencyConfiguration] = []

  /// All defaults, and no dependency.
  public init() {}

  /// The names of all dependencies, called ones first.
  public var names: [String] { dependencies.map(\.name) + watched.map(\.name) }

  /// The dependency of that name, if it is called.
  public func dependency(named name: String) -> DependencyConfiguration? {
    dependencies.first { $0.name == name }
  }
}

extension ServiceConfiguration: ConfigurationSection {
  static let settings: [Setting<ServiceConfiguration>] = [
    .value("service", \.service, .name, "The service's name in metrics, logs and health."),
    .section("errors", \.errors, "How errors are presented."),
    .section("gateway", \.gateway, "The data plane: where callers reach the dependencies."),
    .section("operations", \.operations, "The control plane: health, metrics, console, operators' commands."),
    .section("telemetry", \.telemetry, "What is told to an OpenTelemetry collector of every call."),
    .section("storage", \.storage, "Where what must survive is kept."),
    .section("tiers", \.tiers, "The classes of users: their shares of bulkheads and their priorities."),
    .sections(
      "bulkheads", \.bulkheads, of: SharedBulkheadConfiguration.self, "Compartments that dependencies share."
    ) { section, _, _ in section },
    .section("health", \.health, "Health checks as a whole, and those of the machine and of the program itself."),
    .defaults(),
    .dependencies(),
    .section("modes", \.modes, "How far the service steps back, when, and what that means."),
    .section("toggles", \.toggles, "Features that can be switched, by hand and by what they need."),
    .section("notices", \.notices, "How users learn what does not work as usual."),
    .section("healing", \.healing, "What is done by itself, within bounds, when something fails."),
    .sections("supervised", \.supervised, of: SupervisedConfiguration.self, "Processes that are kept running.") {
      section, _, _ in section
    },
    .policy("sessions", \.sessions, "Sessions that are kept for services, with a fallback for outages of their store."),
    .planned("alerts", "Alerts."),
  ]
}
