internal import Resilience
internal import SystemPackage

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// What the system knows of processes that are no children of ours any more, by way of `/proc`.
///
/// swift-subprocess controls what it has started itself; it cannot look at, or signal, what an earlier start of this
/// program has left behind.
enum SystemProcesses {
  /// What `/proc/PID/stat` says.
  struct Status: Sendable, Hashable {
    let state: Character
    let group: Int64
    /// In clock ticks since boot.
    let startTicks: Int64
    /// Whether it has ended and waits to be reaped.
    var hasEnded: Bool { self.state == "Z" || self.state == "X" }
  }

  static let terminate = SIGTERM
  static let kill = SIGKILL

  /// What the system knows of a process; nil where there is none.
  static func status(of pid: Int64) -> Status? {
    guard let text = self.read("/proc/\(pid)/stat", limit: 1_024), let end = text.lastIndex(of: ")") else { return nil }
    // The name may hold anything, even spaces and brackets: what follows its last bracket is fields.
    let fields = text[text.index(after: end)...].split(separator: " ")
    guard fields.count > 19, let state = fields[0].first, let group = Int64(fields[2]), let start = Int64(fields[19])
    else { return nil }
    return Status(state: state, group: group, startTicks: start)
  }

  /// Waits until a child has ended; it is not reaped yet, so that its id is still its own.
  static func waitForEnd(of pid: Int64, on runtime: Runtime) async throws(CancellationError) {
    while let status = self.status(of: pid), !status.hasEnded { try await runtime.sleep(for: .milliseconds(20)) }
  }

  /// This process.
  static var own: (pid: Int64, startTicks: Int64) {
    let pid = Int64(getpid())
    return (pid, self.status(of: pid)?.startTicks ?? 0)
  }

  /// The system's boot, as it names itself.
  static var boot: String {
    let text = self.read("/proc/sys/kernel/random/boot_id", limit: 64) ?? ""
    return String(text.prefix { !$0.isWhitespace })
  }

  /// The processes whose environment has a variable, with its value.
  static func all(withVariable name: String) -> [(pid: Int64, value: String)] {
    guard let folder = opendir("/proc") else { return [] }
    defer { closedir(folder) }
    var found: [(pid: Int64, value: String)] = []
    while let entry = readdir(folder) {
      let text = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard let pid = Int64(text), pid != Int64(getpid()),
        let environment = self.read("/proc/\(pid)/environ", limit: 1 << 20)
      else { continue }
      for variable in environment.split(separator: "\0") where variable.hasPrefix(name + "=") {
        found.append((pid, String(variable.dropFirst(name.utf8.count + 1))))
      }
    }
    return found
  }

  /// Sends a signal to a process.
  static func send(_ signal: Int32, to pid: Int64) {
    guard let pid = pid_t(exactly: pid), pid > 1 else { return }
    _ = Self.system(pid, signal)
  }

  /// Sends a signal to all of a process group.
  static func send(_ signal: Int32, toGroup group: Int64) {
    guard let group = pid_t(exactly: group), group > 1 else { return }
    _ = Self.system(-group, signal)
  }

  #if canImport(Glibc)
    private static func system(_ target: pid_t, _ signal: Int32) -> Int32 { Glibc.kill(target, signal) }
  #elseif canImport(Musl)
    private static func system(_ target: pid_t, _ signal: Int32) -> Int32 { Musl.kill(target, signal) }
  #endif

  private static func read(_ path: String, limit: Int) -> String? {
    guard let file = try? FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec) else { return nil }
    defer { try? file.close() }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4_096)
    while bytes.count < limit {
      guard let count = try? buffer.withUnsafeMutableBytes({ try file.read(into: $0) }), count > 0 else { break }
      bytes += buffer.prefix(count)
    }
    return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
  }
}
