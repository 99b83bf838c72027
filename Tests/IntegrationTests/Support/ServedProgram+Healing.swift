import Foundation
import ServerTestSupport

extension ServedProgram {
  /// What healing says of itself.
  func healing() async throws -> JSON { try await self.operate("GET", "/api/healing").json }

  /// The newest runs of a workflow, newest first.
  func runs(of workflow: String) async throws -> [JSON] {
    try await self.operate("GET", "/api/healing/runs").json.elements.filter { $0["workflow"].string == workflow }
  }

  /// Waits until the newest run of a workflow has ended; that run.
  func endedRun(of workflow: String, within limit: Duration = .seconds(60)) async throws -> JSON {
    try await eventually(within: limit, "a run of \(workflow) has ended") {
      guard let run = try await self.runs(of: workflow).first, run["phase"] == "ended" else { return nil }
      return run
    }
  }

  /// Starts a workflow.
  @discardableResult
  func startWorkflow(_ name: String, dryRun: Bool = false) async throws -> HTTPAnswer {
    try await self.operate("POST", "/api/healing/\(name)/run", ["reason": "a test", "dryRun": .bool(dryRun)])
  }

  /// The id of a supervised process that runs; another one than the given.
  func pid(of process: String, otherThan former: Int32? = nil) async throws -> Int32 {
    try await eventually("process \(process) runs") {
      let found = try await self.healing()["processes"].elements.first { $0["name"].string == process }
      guard let pid = found?["pid"].double.map({ Int32($0) }), pid != former, found?["state"] == "running" else {
        return nil
      }
      return pid
    }
  }

  /// The lines of a file in the program's folder.
  func lines(_ file: String) -> [String] {
    let data = FileManager.default.contents(atPath: self.folder.file(file)) ?? Data()
    return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
  }
}
