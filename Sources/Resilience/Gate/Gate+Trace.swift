extension Gate {
  /// A traced call has been let in at once.
  @usableFromInline
  @inline(never)
  func traceAdmission(in context: Context) {
    context.trace?.record(.admitted, by: self.kind, named: self.name, in: context)
  }

  /// A traced call that was let in has not succeeded.
  @usableFromInline
  @inline(never)
  func trace(_ verdict: Verdict, in context: Context) {
    context.trace?.record(.judged, by: self.kind, named: self.name, because: "\(verdict)", in: context)
  }

  /// Enters, and writes down how long that took and how it ended.
  @usableFromInline
  @inline(never)
  func enterTraced(_ context: Context) async throws -> Token {
    let since = context.runtime.now()
    do {
      let token = try await self.enterUntraced(context)
      context.trace?.waited(since: since, by: self.kind, named: self.name, in: context)
      self.traceAdmission(in: context)
      return token
    } catch {
      context.trace?.waited(since: since, by: self.kind, named: self.name, in: context)
      context.trace?.record(.refused, by: self.kind, named: self.name, because: "\(error)", in: context)
      throw error
    }
  }
}
