/// The steps of the queue store; each is one script, so that nobody sees it half done.
///
/// `i:N` is the item with the sequence number N (16 digits), a hash. Sorted sets hold the numbers: `s:STATE:QUEUE` all
/// of a state, `w:QUEUE` and `c:QUEUE` the waiting and the claimed by the time at which they are due, `o:…` the blocked
/// of one ordering key by their turn, `done` the completed by the time at which they are forgotten. `h:QUEUE` tells who
/// holds an ordering key, `k:QUEUE` what an idempotency key stands for, `n:QUEUE` how many items and bytes there are,
/// `ids` which number an id has, `queues` what queues there are. The rules are those of the in-memory store, line by
/// line.
enum QueueScripts {
  /// The fields of an item, in the order in which scripts return them.
  static let fields = ["id", "q", "s", "st", "p", "m", "ok", "or", "ik", "a", "e", "d", "n"]

  private static let books = """
    local function item(m)
      return redis.call('HMGET', P .. 'i:' .. m, 'id', 'q', 's', 'st', 'p', 'm', 'ok', 'or', 'ik', 'a', 'e', 'd', 'n')
    end
    local function load(m)
      local f = redis.call('HMGET', P .. 'i:' .. m, 'q', 'st', 'ok', 'or', 'ik', 'a', 'd', 't', 'c', 'z', 'id', 'n')
      if not f[1] then return nil end
      return {m = m, q = f[1], st = f[2], ok = f[3], mode = f[4], ik = f[5], a = tonumber(f[6]), d = tonumber(f[7]),
        t = f[8], c = tonumber(f[9]), z = tonumber(f[10]), id = f[11], n = f[12]}
    end
    local function named(id)
      local m = redis.call('HGET', P .. 'ids', id)
      if m then return load(m) end
      return nil
    end
    local function line(q, ok) return P .. 'o:' .. #q .. ':' .. q .. ok end
    local function save(r)
      redis.call('HSET', P .. 'i:' .. r.m, 'st', r.st, 'a', num(r.a), 'd', num(r.d), 't', r.t, 'c', num(r.c))
      if r.n then redis.call('HSET', P .. 'i:' .. r.m, 'n', r.n) end
    end
    local function holds(r)
      return r.st == 'waiting' or r.st == 'claimed' or (r.st == 'dead' and r.mode == 'untilResolved')
    end
    local function take(r)
      redis.call('ZREM', P .. 's:' .. r.st .. ':' .. r.q, r.m)
      if r.st == 'waiting' then redis.call('ZREM', P .. 'w:' .. r.q, r.m)
      elseif r.st == 'claimed' then redis.call('ZREM', P .. 'c:' .. r.q, r.m)
      elseif r.st == 'completed' then redis.call('ZREM', P .. 'done', r.m)
      elseif r.st == 'blocked' then redis.call('ZREM', line(r.q, r.ok), r.m) end
      if r.ok and redis.call('HGET', P .. 'h:' .. r.q, r.ok) == r.m then redis.call('HDEL', P .. 'h:' .. r.q, r.ok) end
    end
    local function add(r)
      redis.call('ZADD', P .. 's:' .. r.st .. ':' .. r.q, r.m, r.m)
      if r.st == 'waiting' then redis.call('ZADD', P .. 'w:' .. r.q, num(r.d), r.m)
      elseif r.st == 'claimed' then redis.call('ZADD', P .. 'c:' .. r.q, num(r.d), r.m)
      elseif r.st == 'completed' then redis.call('ZADD', P .. 'done', num(r.d), r.m)
      elseif r.st == 'blocked' then redis.call('ZADD', line(r.q, r.ok), r.t, r.m) end
      if r.ok and holds(r) then redis.call('HSET', P .. 'h:' .. r.q, r.ok, r.m) end
    end
    local function uncount(q)
      if redis.call('HINCRBY', P .. 'n:' .. q, 'items', -1) == 0 then
        redis.call('DEL', P .. 'n:' .. q)
        redis.call('ZREM', P .. 'queues', q)
      end
    end
    local function promote(q, ok)
      if not ok or redis.call('HEXISTS', P .. 'h:' .. q, ok) == 1 then return end
      while true do
        local first = redis.call('ZPOPMIN', line(q, ok))
        if not first[1] then return end
        local known = redis.call('ZREM', P .. 's:blocked:' .. q, first[1])
        local r = load(first[1])
        if r then
          r.st = 'waiting'
          save(r)
          add(r)
          return
        end
        if known == 1 then uncount(q) end
      end
    end
    local function move(r, st)
      take(r)
      r.st = st
      if st == 'completed' then redis.call('HINCRBY', P .. 'n:' .. r.q, 'bytes', -r.z) end
      save(r)
      add(r)
      promote(r.q, r.ok)
    end
    local function remove(r)
      take(r)
      if r.st ~= 'completed' then redis.call('HINCRBY', P .. 'n:' .. r.q, 'bytes', -r.z) end
      if r.ik then redis.call('HDEL', P .. 'k:' .. r.q, r.ik) end
      redis.call('HDEL', P .. 'ids', r.id)
      redis.call('DEL', P .. 'i:' .. r.m)
      promote(r.q, r.ok)
      uncount(r.q)
    end
    -- Items whose hash is gone (evicted, or deleted by hand): nothing may stumble over them or wait for them. Which
    -- ordering key they held, only the holders tell. Their bytes nobody knows; they count until the queue is empty.
    local function drop(q, gone)
      if #gone == 0 then return end
      local isGone = {}
      for _, m in ipairs(gone) do
        isGone[m] = true
        local known = 0
        for _, st in ipairs({'waiting', 'blocked', 'claimed', 'completed', 'dead'}) do
          known = known + redis.call('ZREM', P .. 's:' .. st .. ':' .. q, m)
        end
        redis.call('ZREM', P .. 'w:' .. q, m)
        redis.call('ZREM', P .. 'c:' .. q, m)
        redis.call('ZREM', P .. 'done', m)
        if known > 0 then uncount(q) end
      end
      local holders = redis.call('HGETALL', P .. 'h:' .. q)
      for i = 1, #holders, 2 do
        if isGone[holders[i + 1]] then
          redis.call('HDEL', P .. 'h:' .. q, holders[i])
          promote(q, holders[i])
        end
      end
    end
    local function text(marked) return marked ~= '' and string.sub(marked, 2) end
    local function count(st, q) return redis.call('ZCARD', P .. 's:' .. st .. ':' .. q) end

    """

  private static let prelude = LuaPrelude.time + Self.books

  static let enqueue = RedisScript(
    "enqueue", isRepeatable: true, source: Self.prelude + QueueScripts.enqueueBody)

  static let claim = RedisScript(
    "claim",
    source: Self.prelude + """
      local at = now()
      local q = ARGV[1]
      local gone = {}
      for _, m in ipairs(redis.call('ZRANGEBYSCORE', P .. 'c:' .. q, '-inf', num(at), 'LIMIT', 0, 1000)) do
        local r = load(m)
        if r then
          r.n = ARGV[4]
          move(r, 'waiting')
        else
          gone[#gone + 1] = m
        end
      end
      local claims = {}
      local size = 0
      for _, m in ipairs(redis.call('ZRANGEBYSCORE', P .. 'w:' .. q, '-inf', num(at), 'LIMIT', 0, ARGV[2])) do
        local r = load(m)
        if not r then
          gone[#gone + 1] = m
        else
          if size > 0 and size + r.z > 33554432 then break end
          size = size + r.z
          r.a = r.a + 1
          r.c = r.c + 1
          r.d = at + ARGV[3]
          move(r, 'claimed')
          claims[#claims + 1] = num(r.c)
          claims[#claims + 1] = item(m)
        end
      end
      drop(q, gone)
      return claims
      """)

  static let renew = RedisScript(
    "renew claim", isRepeatable: true,
    source: Self.prelude + """
      local at = now()
      local r = named(ARGV[1])
      if not r or r.st ~= 'claimed' or r.c ~= tonumber(ARGV[2]) or r.d <= at then return false end
      r.d = at + ARGV[3]
      move(r, 'claimed')
      return item(r.m)
      """)

  /// ARGV: for each its id, token, outcome, length in milliseconds, note.
  static let settle = RedisScript("settle", source: Self.settleSource)
  /// The same, where all are completed: twice is once.
  static let complete = RedisScript("complete", isRepeatable: true, source: Self.settleSource)

  private static let settleSource =
    Self.prelude + """
      local at = now()
      local function settle(r, outcome, length, note)
        if r.st == 'completed' or r.st == 'dead' then return outcome == r.st and 1 or 0 end
        if r.st == 'blocked' then return 0 end
        -- Out of memory, Redis refuses what may need some only as a script's first write: so the first one frees some.
        redis.call('ZREM', P .. 's:' .. r.st .. ':' .. r.q, r.m)
        if outcome == 'release' then r.a = math.max(0, r.a - 1) else r.n = text(note) end
        r.d = at + length
        if outcome == 'completed' then
          move(r, 'completed')
          redis.call('HSET', P .. 'i:' .. r.m, 'p', '')
          if not r.n then redis.call('HDEL', P .. 'i:' .. r.m, 'n') end
          if length == 0 then remove(r) end
        elseif outcome == 'retry' and r.ok and r.mode == 'whileRunning' then
          r.t = num(redis.call('INCR', P .. 'seq'))
          move(r, 'blocked')
        elseif outcome == 'dead' then
          move(r, 'dead')
        else
          move(r, 'waiting')
        end
        return 1
      end
      local counted = {}
      for i = 1, #ARGV, 5 do
        local r = named(ARGV[i])
        if r and r.c == tonumber(ARGV[i + 1]) then
          counted[#counted + 1] = settle(r, ARGV[i + 2], tonumber(ARGV[i + 3]), ARGV[i + 4])
        else
          counted[#counted + 1] = 0
        end
      end
      return counted
      """

  static let look = RedisScript(
    "look at item", isRepeatable: true,
    source: Self.prelude + """
      local r = named(ARGV[1])
      if not r or (r.st == 'completed' and r.d <= now()) then return false end
      return item(r.m)
      """)

  /// ARGV: queue, idempotency key.
  static let lookByKey = RedisScript(
    "look at item by key", isRepeatable: true,
    source: Self.prelude + """
      local m = redis.call('HGET', P .. 'k:' .. ARGV[1], ARGV[2])
      local r = m and load(m)
      if not r or (r.st == 'completed' and r.d <= now()) then return false end
      return item(r.m)
      """)

  static let position = RedisScript(
    "position of item", isRepeatable: true,
    source: Self.prelude + """
      local r = named(ARGV[1])
      if not r or r.st == 'completed' or r.st == 'dead' then return false end
      local before = 0
      for _, st in ipairs({'waiting', 'blocked', 'claimed'}) do
        before = before + redis.call('ZCOUNT', P .. 's:' .. st .. ':' .. r.q, '-inf', r.m)
      end
      return before
      """)

  /// ARGV: queue, state, sequence, limit; returns items and the last number that was looked at.
  static let list = RedisScript(
    "list items", isRepeatable: true,
    source: Self.prelude + """
      local at = now()
      local set = P .. 's:' .. ARGV[2] .. ':' .. ARGV[1]
      local members = redis.call('ZRANGEBYSCORE', set, '(' .. ARGV[3], '+inf', 'LIMIT', 0, ARGV[4])
      local items = {}
      local size = 0
      local last = #members == tonumber(ARGV[4]) and members[#members] or false
      for index, m in ipairs(members) do
        local r = load(m)
        if r then
          if size > 0 and size + r.z > 33554432 then
            last = members[index - 1]
            break
          end
          size = size + r.z
          if r.st ~= 'completed' or r.d > at then items[#items + 1] = item(m) end
        end
      end
      return {items, last}
      """)

  static let counts = RedisScript(
    "count items", isRepeatable: true,
    source: Self.prelude + """
      local q = ARGV[1]
      local first = redis.call('ZRANGE', P .. 'w:' .. q, 0, 0, 'WITHSCORES')
      return {count('waiting', q), count('blocked', q), count('claimed', q), count('dead', q), count('completed', q),
        redis.call('HGET', P .. 'n:' .. q, 'bytes') or '0', first[2] and num(tonumber(first[2])) or false}
      """)

  static let queues = RedisScript(
    "list queues", isRepeatable: true,
    source: """
      return redis.call('ZRANGE', KEYS[1] .. 'queues', 0, -1)
      """)

  static let nextDue = RedisScript(
    "next due", isRepeatable: true,
    source: Self.prelude + """
      local due = nil
      for _, set in ipairs({'w:', 'c:'}) do
        local first = redis.call('ZRANGE', P .. set .. ARGV[1], 0, 0, 'WITHSCORES')
        if first[2] and (not due or tonumber(first[2]) < due) then due = tonumber(first[2]) end
      end
      if not due then return false end
      return num(math.max(0, due - now()))
      """)

  /// Returns nothing for an unknown id, a state, or the item.
  static let replay = RedisScript(
    "replay",
    source: Self.prelude + """
      local at = now()
      local r = named(ARGV[1])
      if not r or (r.st == 'completed' and r.d <= at) then return false end
      if r.st ~= 'dead' then return {0, item(r.m)} end
      local holder = r.ok and redis.call('HGET', P .. 'h:' .. r.q, r.ok)
      r.a = 0
      r.c = r.c + 1
      r.d = at
      move(r, (not holder or holder == r.m) and 'waiting' or 'blocked')
      return {1, item(r.m)}
      """)

  static let purge = RedisScript(
    "purge",
    source: Self.prelude + """
      local at = now()
      local r = named(ARGV[1])
      if not r or (r.st == 'completed' and r.d <= at) then return false end
      local found = item(r.m)
      if r.st == 'claimed' and r.d > at then return {0, found} end
      remove(r)
      return {1, found}
      """)

  static let purgeState = RedisScript(
    "purge state", isRepeatable: true,
    source: Self.prelude + """
      local members = redis.call('ZRANGE', P .. 's:' .. ARGV[2] .. ':' .. ARGV[1], 0, ARGV[3] - 1)
      local removed = 0
      local gone = {}
      for _, m in ipairs(members) do
        local r = load(m)
        if not r then
          gone[#gone + 1] = m
        elseif r.st == ARGV[2] then
          remove(r)
          removed = removed + 1
        end
      end
      drop(ARGV[1], gone)
      return removed + #gone
      """)

  static let removeExpired = RedisScript(
    "forget completed", isRepeatable: true,
    source: Self.prelude + """
      local members = redis.call('ZRANGEBYSCORE', P .. 'done', '-inf', num(now()), 'LIMIT', 0, ARGV[1])
      local gone = {}
      for _, m in ipairs(members) do
        local r = load(m)
        if r then
          remove(r)
        else
          gone[#gone + 1] = m
          redis.call('ZREM', P .. 'done', m)
        end
      end
      if #gone > 0 then
        for _, q in ipairs(redis.call('ZRANGE', P .. 'queues', 0, -1)) do drop(q, gone) end
      end
      return #members
      """)
}
