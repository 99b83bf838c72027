import Foundation
package import Glibc
import Resilience

/// A process that a test has started, its output in files; whoever starts it ends it.
package final class ChildProcess: Sendable {
  package let id: pid_t
  private let outputFile: String
  private let errorFile: String
  private let status = Lock<Int32?>(nil)

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - path: The program's file.
  ///   - arguments: What follows its name.
  ///   - environment: Variables beside those of this process; nil takes one away.
  ///   - folder: Where it writes what it prints.
  ///   - name: What these files are called.
  ///   - descriptors: Our descriptors by the number that they have in the child.
  package init(
    _ path: String, _ arguments: [String], environment: [String: String?] = [:], folder: TestFolder,
    name: String, descriptors: [Int32: Int32] = [:]
  ) throws {
    self.outputFile = folder.file("\(name).out")
    self.errorFile = folder.file("\(name).err")
    self.id = try Self.spawn(
      path, arguments, environment, output: self.outputFile, errors: self.errorFile, descriptors)
  }

  /// What it has printed so far.
  package var output: String { Self.text(self.outputFile) }
  /// What it has complained about so far.
  package var errors: String { Self.text(self.errorFile) }

  /// How it ended: the exit code, or 128 plus the signal; nil while it runs.
  package var exitCode: Int32? {
    self.status.withLock { known in
      if known == nil {
        var status: Int32 = 0
        if waitpid(self.id, &status, WNOHANG) == self.id {
          known = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
        }
      }
      return known
    }
  }

  /// Sends a signal, if it still runs.
  package func signal(_ number: Int32) {
    if self.exitCode == nil { kill(self.id, number) }
  }

  /// Waits until it has ended.
  package func exit(within limit: Duration = .seconds(90)) async throws -> Int32 {
    try await eventually(within: limit, "process \(self.id) ends; it said: \(self.errors.suffix(2_000))") {
      self.exitCode
    }
  }

  /// Ends it in any case.
  package func end() {
    self.signal(SIGKILL)
    var waited = 0
    while self.exitCode == nil, waited < 2_000 {
      usleep(1_000)
      waited += 1
    }
  }

  private static func text(_ file: String) -> String {
    FileManager.default.contents(atPath: file).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  private static func spawn(
    _ path: String, _ arguments: [String], _ environment: [String: String?], output: String, errors: String,
    _ descriptors: [Int32: Int32]
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    for (number, ours) in descriptors { posix_spawn_file_actions_adddup2(&actions, ours, number) }
    // What is told to the tests is not for the program: it looks what each unknown name may have been meant to be.
    var variables = ProcessInfo.processInfo.environment.filter { name, _ in
      !["RESILIENCE_TEST_", "RESILIENCE_SOAK_", "RESILIENCE_POSTGRESQL"].contains { name.hasPrefix($0) }
    }
    for (name, value) in environment { variables[name] = value }
    var argumentPointers = ([path] + arguments).map { strdup($0) } + [nil]
    var variablePointers = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in argumentPointers + variablePointers { free(pointer) } }
    var id: pid_t = 0
    let code = posix_spawn(&id, path, &actions, nil, &argumentPointers, &variablePointers)
    guard code == 0 else { throw Trouble("\(path) cannot be started: \(String(cString: strerror(code)))") }
    return id
  }
}
