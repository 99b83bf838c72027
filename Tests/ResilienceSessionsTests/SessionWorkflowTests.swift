import Resilience
import ResilienceInterfaces
import ResilienceSessions
import ResilienceSimulation
import SessionHistories
import Testing

@Suite("Workflows on a session")
struct SessionWorkflowTests {
  private struct Down: Error {}

  @Test("R8.8 steps run in order, are retried, keep their progress in the session, and go on behind it after a failure")
  func workflow() throws {
    let simulation = Simulation()
    try simulation.run {
      let manager = try SessionManager(
        primary: UnreliableStore(on: simulation.runtime), runtime: simulation.runtime)
      let id = try await manager.create().id
      let ran = Shared<[String]>([])
      let isDown = Shared(true)
      let steps = [
        SessionStep("reserve") { session, _ in
          ran.withLock { $0.append("reserve") }
          session.state.append(1)
        },
        SessionStep("pay") { session, context in
          ran.withLock { $0.append("pay \(context.attempt)") }
          if isDown.withLock({ $0 }) { throw Down() }
          session.state.append(2)
        },
      ]
      let error = await #expect(throws: ServiceError.self) { try await manager.run("order", on: id, steps) }
      #expect(error?.context["step"] == "pay")
      #expect(error?.context["session"] == id.text)
      #expect(error?.operation == "workflow.order")
      let halted = try await manager.get(id)
      #expect(halted.state == [1])
      #expect(halted.attributes["workflow.order"] == "1")
      #expect(halted.attributes["workflow.order.error"]?.hasPrefix("pay: ") == true)
      isDown.withLock { $0 = false }
      let done = try await manager.run("order", on: id, steps)
      #expect(done.state == [1, 2])
      #expect(done.attributes["workflow.order"] == "2")
      #expect(done.attributes["workflow.order.error"] == nil)
      #expect(ran.withLock { $0 } == ["reserve", "pay 1", "pay 2", "pay 3", "pay 1"])
    }
  }

  @Test("R8.8 a step that the session is not ready for is not run, and the answer is a standard error")
  func validation() throws {
    let simulation = Simulation()
    try simulation.run {
      let manager = try SessionManager(
        primary: UnreliableStore(on: simulation.runtime), runtime: simulation.runtime)
      let id = try await manager.create().id
      let step = SessionStep(
        "ship",
        validate: { session in
          if session.attributes["paid"] == nil { throw ServiceError(.workflow, "it is not paid yet") }
        },
        { _, _ in Issue.record("it must not run") })
      let error = await #expect(throws: ServiceError.self) { try await manager.run("order", on: id, [step]) }
      #expect(error?.kind == .workflow)
      let missing = try SessionID("nobody")
      let unknown = await #expect(throws: ServiceError.self) { try await manager.run("order", on: missing, [step]) }
      #expect(unknown?.kind == .notFound)
    }
  }

  @Test("R8.8 a progress that makes no sense ends no process: the workflow begins at its first step")
  func negative() throws {
    let simulation = Simulation()
    try simulation.run {
      let manager = try SessionManager(
        primary: UnreliableStore(on: simulation.runtime), runtime: simulation.runtime)
      for text in ["-1", "\(Int.min)", "x"] {
        let id = try await manager.create(attributes: ["workflow.order": text]).id
        let done = try await manager.run("order", on: id, [SessionStep("pay") { session, _ in session.state = [1] }])
        #expect(done.state == [1] && done.attributes["workflow.order"] == "1")
      }
      let id = try await manager.create(attributes: ["workflow.order": "\(Int.max)"]).id
      let done = try await manager.run("order", on: id, [SessionStep("pay") { session, _ in session.state = [1] }])
      #expect(done.state.isEmpty)
    }
  }

  @Test(
    "R8.8 a step whose progress cannot be noted is not begun",
    arguments: ["order", "a b", String(repeating: "x", count: 56)])
  func noRoom(workflow: String) throws {
    let simulation = Simulation()
    try simulation.run {
      let manager = try SessionManager(
        primary: UnreliableStore(on: simulation.runtime), .init(maxAttributes: workflow == "order" ? 1 : 2),
        runtime: simulation.runtime)
      let id = try await manager.create(attributes: ["owner": "ada"]).id
      let step = SessionStep("pay") { _, _ in Issue.record("it must not run") }
      let error = await #expect(throws: ServiceError.self) { try await manager.run(workflow, on: id, [step]) }
      #expect(error?.kind == .validation)
    }
  }
}
