extension Gate {
  /// A traced call has been let in at once.
  @usableFromInline
  @inline(never)
  func traceAdmission(in context: Context) {
    context.trace?.record(.admitted, by: self.kind, named: self.name, in: context)
  }

  /// A traced call that was let in has ended: in a scope not with success, by permit or entry somehow.
  @usableFromInline
  @inline(never)
  func trace(_ verdict: Verdict, in context: Context) {
    context.trace?.record(.judged, by: self.kind, named: self.name, because: "\(verdict)", in: context)
  }

  /// Hands an admission out, and writes down how long that took and how it ended.
  @usableFromInline
  @inline(never)
  func acquireTraced(_ context: Context) async throws(Rejection) -> Permit<Self> {
    let since = context.runtime.now()
    var inner = context
    do throws(Rejection) {
      var admitted = self.tryAdmit(&inner)
      if admitted == nil { admitted = try self.admit(in: context) }
      if admitted == nil { admitted = try await self.waitForAdmission(in: context) }
      context.trace?.waited(since: since, by: self.kind, named: self.name, in: context)
      self.traceAdmission(in: context)
      return Permit(self, admitted ?? Token(), inner)
    } catch {
      context.trace?.waited(since: since, by: self.kind, named: self.name, in: context)
      self.traceRefusal("\(error)", in: context)
      throw error
    }
  }

  /// A traced call is not let in.
  @usableFromInline
  @inline(never)
  func traceRefusal(_ reason: String, in context: Context) {
    context.trace?.record(.refused, by: self.kind, named: self.name, because: reason, in: context)
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
      self.traceRefusal("\(error)", in: context)
      throw error
    }
  }
}
