internal import Subprocess

/// How a process ended, in words.
enum ProcessEnding {
  static func text(_ status: TerminationStatus) -> String {
    switch status {
    case .exited(let code): "exit code \(code)"
    case .signaled(let number): "signal \(number)"
    }
  }
}
