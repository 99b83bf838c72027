/// A program to be run: its file and arguments, never a shell's text.
public struct CommandConfiguration: Sendable, Equatable {
  /// The program and its arguments.
  public var run: [String] = []
  /// Where it runs.
  public var folder: String?
  /// Names of our variables that it gets.
  public var environment: [String] = ["PATH"]
  /// How long it may take; without effect for supervised processes.
  public var timeout = Duration.seconds(30)
  /// The user to run as, by number.
  public var userID: Int?
  /// The group to run as, by number.
  public var groupID: Int?
  /// How many files it may have open.
  public var maxOpenFiles: Int?
  /// How much address space it may have, in bytes.
  public var maxMemory: Int?

  /// All defaults.
  public init() {}
}

extension CommandConfiguration: ConfigurationSection {
  static let settings: [Setting<CommandConfiguration>] =
    Self.process + [
      .value("timeout", \.timeout, .wait, "How long it may take; then it is ended, and counts as failed.")
    ]

  /// What supervised processes have, too.
  static let process: [Setting<CommandConfiguration>] = [
    .value(
      "run", \.run, .list(of: .body, "list of texts"),
      "The program and its arguments, each passed as it is: no shell reads them.", required: true),
    .optional("folder", \.folder, .text(4_096), absent: "ours", "Where it runs."),
    .value(
      "environment", \.environment, .list(of: .variableName, "list of variables"),
      "Names of our variables that it gets; it gets no others."),
    .optional("user", \.userID, .integer(0...4_294_967_294), absent: "ours", "The user to run as, by number."),
    .optional("group", \.groupID, .integer(0...4_294_967_294), absent: "ours", "The group to run as, by number."),
    .optional(
      "maxOpenFiles", \.maxOpenFiles, .integer(3...1_000_000), absent: "ours", "How many files it may have open."),
    .optional(
      "maxMemory", \.maxMemory, .size(1_048_576...1_099_511_627_776), absent: "ours",
      "How much address space it may have."),
  ]

  mutating func finish(at node: SourceNode, with reader: inout ConfigurationReader) {
    guard node["run"] != nil, !reader.hasFailed(node["run"]), self.run.first?.isEmpty ?? true else { return }
    reader.report(
      .outOfRange, at: node["run"] ?? node, "no program is named", found: "an empty list",
      allowed: "a program, then its arguments", remedy: "write run: [/path/to/program, argument]")
  }
}
