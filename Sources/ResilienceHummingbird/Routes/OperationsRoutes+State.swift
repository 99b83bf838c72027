internal import HTTPTypes
internal import ResilienceInterfaces

extension OperationsRoutes {
  /// Dependencies, breakers and bulkheads; lists leave evidence and transitions out, single ones show them.
  func stateRoutes() -> [OperationsRoute] {
    [
      OperationsRoute(
        method: .get, template: "/api/dependencies", access: .role(.viewer),
        summary: "All dependencies, without evidence and transitions.",
        handler: { _ in JSONText.response(await self.plane.dependencies().map(\.summary)) }),
      OperationsRoute(
        method: .get, template: "/api/dependencies/{name}", access: .role(.viewer),
        summary: "One dependency with everything that is known.",
        handler: { request in
          let name = request.parameter("name")
          if let dependency = await self.plane.dependency(named: name) { return JSONText.response(dependency) }
          let known = await self.plane.dependencies().map(\.name)
          throw ControlFailure.unknownDependency(name: name, known: known)
        }),
      OperationsRoute(
        method: .get, template: "/api/breakers", access: .role(.viewer),
        summary: "All breakers, without evidence and transitions.",
        handler: { _ in JSONText.response(await self.plane.breakers().map(\.summary)) }),
      OperationsRoute(
        method: .get, template: "/api/breakers/{name}", access: .role(.viewer),
        summary: "One breaker with the outcomes that opened it and its latest transitions.",
        handler: { request in
          let name = request.parameter("name")
          if let breaker = await self.plane.breaker(named: name) { return JSONText.response(breaker) }
          let known = await self.plane.breakers().map(\.name)
          throw ControlFailure.unknownBreaker(name: name, known: known)
        }),
      OperationsRoute(
        method: .get, template: "/api/bulkheads", access: .role(.viewer), summary: "All bulkheads.",
        handler: { _ in JSONText.response(await self.plane.bulkheads()) }),
    ]
  }
}
