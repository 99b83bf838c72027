/// What is written down of a supervised process while it runs, so that after a crash of the program it is found again.
public struct SupervisedProcessRecord: Codable, Sendable, Hashable {
  /// The process's name in the configuration.
  public let name: String
  /// Its id, which is also the id of its process group.
  public let pid: Int64
  /// When the system started it, in the system's own ticks since boot: tells it from another with the same id.
  public let startTicks: Int64
  /// The system's boot, as it names itself; ids and ticks mean nothing after another one.
  public let boot: String

  /// Describes a process.
  public init(name: String, pid: Int64, startTicks: Int64, boot: String) {
    self.name = name
    self.pid = pid
    self.startTicks = startTicks
    self.boot = boot
  }
}
