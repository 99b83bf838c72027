import ResilienceConfiguration
import Testing

@Suite("Healing in the configuration")
struct HealingConfigurationTests {
  private static let dependencies = "dependencies: { api: { url: http://localhost } }\n"

  @Test("R10.1 a whole workflow and a supervised process are read as they are written")
  func whole() throws {
    let configuration = try load(
      Self.dependencies + """
        supervised:
          - { name: worker, run: [/bin/sleep, "100"], restart: onFailure, maxOpenFiles: 64, environment: [PATH, HOME],
              health: { command: { run: [/bin/true] }, fall: 2 } }
        healing:
          dryRun: true
          budget: { actions: 5, per: 10m }
          workflows:
            - name: mend
              trigger: { health: api, for: 30s, observations: 2 }
              actions:
                - restartProcess: worker
                - isolateBreaker: { breaker: api, for: 2m }
                - warmCache: { dependency: api, paths: [/a, "/b?c=d"] }
                - webhook: https://example.org/hook
                - command: { run: [/bin/echo, "$(not run by a shell)"], timeout: 5s }
              verify: { healthy: [worker, api], breakersClosed: [api], stableFor: 10s }
              maxAttempts: 3
              escalation: { webhook: https://example.org/page }
        """
    ).configuration
    let workflow = try #require(configuration.healing.workflows.first)
    #expect(configuration.healing.isDryRun && configuration.healing.budget.actions == 5)
    #expect(workflow.trigger.health == "api" && workflow.trigger.duration == .seconds(30))
    #expect(workflow.actions.count == 5 && workflow.actions.first == .restartProcess("worker"))
    #expect(workflow.verify.healthy == ["worker", "api"] && workflow.verify.timeout == nil)
    #expect(workflow.budget.actions == 10 && workflow.maxAttempts == 3 && workflow.rollsBack)
    let process = try #require(configuration.supervised.first)
    #expect(process.command.run == ["/bin/sleep", "100"] && process.restart == .onFailure)
    #expect(process.command.environment == ["PATH", "HOME"] && process.health?.fall == 2)
  }

  @Test("R10.1 the documents' variables hold where the file says nothing")
  func variables() throws {
    let environment = [
      "SELF_HEALING_ENABLED": "false", "AUTOMATED_RECOVERY_ENABLED": "false", "HEALING_VERIFICATION_TIMEOUT": "120",
      "AUTO_RESTART_ENABLED": "false", "CONNECTION_POOL_HEALING_ENABLED": "false", "CACHE_WARMING_ON_FAILURE": "false",
    ]
    let without = try load(Self.dependencies, environment).configuration.healing
    #expect(!without.isEnabled && !without.isAutomatic && !without.restarts)
    #expect(!without.recyclesPools && !without.warmsCaches && without.verificationTimeout == .seconds(120))
    let with = try load(Self.dependencies + "healing: { enabled: true }", environment).configuration.healing
    #expect(with.isEnabled && !with.isAutomatic)
    #expect(try load(Self.dependencies).configuration.healing.verificationTimeout == .seconds(300))
  }

  @Test(
    "R10.1 what cannot be is told with its key",
    arguments: [
      ("workflows: [ { name: w, trigger: { breaker: apj } } ]", "healing.workflows[0].trigger.breaker"),
      ("workflows: [ { name: w, trigger: { breaker: api, health: api } } ]", "healing.workflows[0].trigger.breaker"),
      (
        "workflows: [ { name: w, actions: [ { restartProcess: gone } ] } ]",
        "healing.workflows[0].actions[0].restartProcess"
      ),
      (
        "workflows: [ { name: w, actions: [ { resetBreaker: api, recyclePool: api } ] } ]",
        "healing.workflows[0].actions[0]"
      ),
      (
        "workflows: [ { name: w, actions: [ { command: { run: [] } } ] } ]",
        "healing.workflows[0].actions[0].command.run"
      ),
      ("workflows: [ { name: w }, { name: w } ]", "healing.workflows[1].name"),
      ("budget: { actions: 0 }", "healing.budget.actions"),
    ])
  func faults(text: String, key: String) {
    let found = problems(Self.dependencies + "healing: { \(text) }")
    #expect(found.contains { $0.key == key }, "\(found.map(\.key))")
  }
}
