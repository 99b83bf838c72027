import Resilience
import ResilienceInterfaces
import ResilienceSessions
import ResilienceSimulation
import Testing

@Suite("Role admission")
struct RoleAdmissionTests {
  @Test("R8.10 while the identity provider is away speakers are refused with a clear error and listeners come in")
  func away() throws {
    let simulation = Simulation()
    try simulation.run {
      let breaker = CircuitBreaker("cognito", .init(consecutiveFailures: 2))
      let admission = RoleAdmission(privileged: ["speaker"], under: breaker)
      let context = Context(simulation.runtime)
      let asked = Shared(0)
      for _ in 0..<5 {
        let error = await #expect(throws: SessionError.self) {
          try await admission.admit(role: "speaker", in: context) { _ in
            asked.withLock { $0 += 1 }
            throw ServiceError(.externalService, "no answer")
          }
        }
        #expect(error?.kind == .serviceUnavailable)
        #expect(error?.reason.contains("'speaker'") == true)
        let isProven = try await admission.admit(role: "listener", in: context) { _ in
          Issue.record("nobody is asked for a listener")
        }
        #expect(!isProven)
      }
      #expect(asked.withLock { $0 } == 2)
    }
  }

  @Test(
    "R8.10 a privileged role needs its proof however it is spelled", arguments: ["Speaker", " speaker", "SPEAKER\t"])
  func spelled(_ role: String) throws {
    let simulation = Simulation()
    try simulation.run {
      let admission = RoleAdmission(privileged: ["speaker"], under: CircuitBreaker("cognito"))
      let error = await #expect(throws: SessionError.self) {
        try await admission.admit(role: role, in: Context(simulation.runtime)) { _ in
          throw ServiceError(.authorization, "the token lists no such role")
        }
      }
      #expect(error?.kind == .refused)
    }
  }

  @Test("R8.10 a provider that says no refuses, and one that says yes proves")
  func answers() throws {
    let simulation = Simulation()
    try simulation.run {
      let admission = RoleAdmission(privileged: ["speaker"], under: CircuitBreaker("cognito"))
      let context = Context(simulation.runtime)
      let isProven = try await admission.admit(role: "speaker", in: context) { _ in }
      #expect(isProven)
      let error = await #expect(throws: SessionError.self) {
        try await admission.admit(role: "speaker", in: context) { _ in
          throw ServiceError(.authentication, "the token has expired")
        }
      }
      #expect(error?.kind == .refused)
    }
  }
}
