/// The variable by which supervised processes, and what they start, are known after a crash of this program.
///
/// It is in their environment from the first instant on, so that there is no moment in which a process runs and nobody
/// could find it.
struct SupervisionMark: Sendable, Hashable {
  static let variable = "RESILIENCE_SUPERVISION"

  /// Which storage's programs have started it.
  let owner: String
  /// The process's name.
  let name: String
  /// The program that started it.
  let supervisor: Int64
  /// When that program was started, in ticks: tells it from another with the same id.
  let supervisorStart: Int64

  init(owner: String, name: String, supervisor: (pid: Int64, startTicks: Int64)) {
    self.owner = owner
    self.name = name
    self.supervisor = supervisor.pid
    self.supervisorStart = supervisor.startTicks
  }

  /// Reads the variable's text.
  init?(_ text: String) {
    let parts = text.split(separator: "|", omittingEmptySubsequences: false)
    guard parts.count == 4, let pid = Int64(parts[2]), let start = Int64(parts[3]) else { return nil }
    self.init(owner: String(parts[0]), name: String(parts[1]), supervisor: (pid, start))
  }

  /// The variable's text.
  var text: String { "\(self.owner)|\(self.name)|\(self.supervisor)|\(self.supervisorStart)" }

  /// Whether the program that started it is gone.
  var isOrphan: Bool { SystemProcesses.status(of: self.supervisor)?.startTicks != self.supervisorStart }
}
