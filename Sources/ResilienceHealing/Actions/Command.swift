/// A program to be run: never through a shell, unless that is the program.
///
/// Its environment holds what is named here, and nothing else.
public struct Command: Sendable, Hashable {
  /// The program's file, or a name that is looked for in the folders of `PATH`.
  public var program: String
  /// Its arguments, each one passed as it is.
  public var arguments: [String]
  /// Where it runs; nil: where this program runs.
  public var folder: String?
  /// Its environment: nothing of ours unless named here.
  public var environment: [String: String]
  /// The user to run as, by number; nil: ours.
  ///
  /// Needs the right to change it.
  public var userID: UInt32?
  /// The group to run as, by number; nil: ours.
  public var groupID: UInt32?
  /// How many files it may have open; nil: as many as we may.
  public var maxOpenFiles: Int?
  /// How much address space it may have, in KiB; nil: as much as we may.
  public var maxMemoryKiB: Int?
  /// Texts that must not appear in what is kept of its output.
  public var secrets: [String]

  /// Describes a program with its arguments.
  public init(
    _ program: String, _ arguments: [String] = [], folder: String? = nil, environment: [String: String] = [:],
    userID: UInt32? = nil, groupID: UInt32? = nil, maxOpenFiles: Int? = nil, maxMemoryKiB: Int? = nil,
    secrets: [String] = []
  ) {
    self.program = program
    self.arguments = arguments
    self.folder = folder
    self.environment = environment
    self.userID = userID
    self.groupID = groupID
    self.maxOpenFiles = maxOpenFiles
    self.maxMemoryKiB = maxMemoryKiB
    self.secrets = secrets
  }

  /// The program and its arguments with limits in front, where there are any.
  ///
  /// Limits are set by the system's shell in the new process itself, before it becomes the program: the text of that
  /// shell's script is fixed, and the arguments reach it as parameters, so that nothing of them is interpreted.
  var limited: (program: String, arguments: [String]) {
    var script = ""
    if let maxOpenFiles { script += "ulimit -n \(max(3, maxOpenFiles)) || exit 126; " }
    if let maxMemoryKiB { script += "ulimit -v \(max(1, maxMemoryKiB)) || exit 126; " }
    if script.isEmpty { return (self.program, self.arguments) }
    return ("/bin/sh", ["-c", script + "exec \"$0\" \"$@\"", self.program] + self.arguments)
  }

  /// A text without any of the secrets.
  func redacted(_ text: String) -> String {
    self.secrets.filter { $0.utf8.count >= 4 }.reduce(text) { $0.replacing($1, with: "(redacted)") }
  }
}
