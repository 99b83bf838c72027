/// How it is seen that a supervised process works.
public struct SupervisedHealthConfiguration: Sendable, Equatable {
  /// A program that has to end with 0.
  public var command: CommandConfiguration?
  /// An address that has to answer a GET with 2xx.
  public var url: UpstreamURL?
  /// How often it is looked.
  public var interval = Duration.seconds(10)
  /// How long one look may take.
  public var timeout = Duration.seconds(5)
  /// After how many bad looks in a row it is restarted.
  public var fall = 3
  /// How long after a start bad looks do not count.
  public var startPeriod = Duration.zero

  /// All defaults.
  public init() {}
}

extension SupervisedHealthConfiguration: ConfigurationSection {
  static let settings: [Setting<SupervisedHealthConfiguration>] = [
    .optionalSection("command", \.command, "A program that has to end with 0."),
    .optional("url", \.url, .collector, absent: "none", "An address that has to answer a GET with 2xx."),
    .value("interval", \.interval, .duration(.milliseconds(10)...(.seconds(86_400))), "How often it is looked."),
    .value("timeout", \.timeout, .wait, "How long one look may take."),
    .value("fall", \.fall, .integer(1...1_000), "After how many bad looks in a row it is restarted."),
    .value(
      "startPeriod", \.startPeriod, .duration(.zero...(.seconds(86_400))),
      "How long after a start bad looks do not count."),
  ]
}
