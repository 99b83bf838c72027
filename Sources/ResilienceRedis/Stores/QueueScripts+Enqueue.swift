extension QueueScripts {
  /// ARGV: the bound in items and bytes, then for each draft its id, queue, payload, metadata, ordering key, ordering,
  /// idempotency key, delay, size, reason of death.
  ///
  /// Looks at everything before it writes anything: a script that stops half-way is not undone.
  static let enqueueBody = """
    local at = now()
    local drafts = (#ARGV - 2) / 10
    local ids, keys, counts, plan = {}, {}, {}, {}

    local function known(id, q, ik)
      local m = redis.call('HGET', P .. 'ids', id)
      if not m and ids[id] then return ids[id] end
      if not m and ik ~= '' then
        m = redis.call('HGET', P .. 'k:' .. q, ik)
        if not m then return keys[#q .. ':' .. q .. ik] end
      end
      if not m then return nil end
      local r = load(m)
      if r and (r.st ~= 'completed' or r.d > at) then return m end
      if r then
        remove(r)
      else
        redis.call('HDEL', P .. 'ids', id)
        if ik ~= '' and redis.call('HGET', P .. 'k:' .. q, ik) == m then redis.call('HDEL', P .. 'k:' .. q, ik) end
        drop(q, {m})
      end
      return known(id, q, ik)
    end

    local function tally(q)
      if not counts[q] then
        local pending = count('waiting', q) + count('blocked', q) + count('claimed', q)
        counts[q] = {pending = pending, items = pending + count('dead', q),
          bytes = tonumber(redis.call('HGET', P .. 'n:' .. q, 'bytes') or '0')}
      end
      return counts[q]
    end

    for i = 1, drafts do
      local b = 3 + (i - 1) * 10
      local id, q, ik = ARGV[b], ARGV[b + 1], ARGV[b + 6]
      local m = known(id, q, ik)
      if m then
        plan[i] = {m = m}
      else
        local c = tally(q)
        local size = tonumber(ARGV[b + 8])
        if c.items + 1 > tonumber(ARGV[1]) or c.bytes + size > tonumber(ARGV[2]) then
          return {'full', q, count('waiting', q), count('blocked', q), count('claimed', q), count('dead', q),
            count('completed', q), redis.call('HGET', P .. 'n:' .. q, 'bytes') or '0'}
        end
        plan[i] = {position = c.pending + 1}
        if ARGV[b + 9] == '' then c.pending = c.pending + 1 end
        c.items = c.items + 1
        c.bytes = c.bytes + size
        ids[id] = i
        if ik ~= '' then keys[#q .. ':' .. q .. ik] = i end
      end
    end

    local numbers, receipts, touched = {}, {'ok'}, {}
    for i = 1, drafts do
      local b = 3 + (i - 1) * 10
      if plan[i].m then
        local m = plan[i].m
        if type(m) == 'number' then m = numbers[m] end
        receipts[#receipts + 1] = {0, item(m)}
      else
        local id, q, ok, ik = ARGV[b], ARGV[b + 1], ARGV[b + 4], ARGV[b + 6]
        local m = string.format('%016.0f', redis.call('INCR', P .. 'seq'))
        local blocked = ok ~= '' and redis.call('HEXISTS', P .. 'h:' .. q, ok) == 1
        local r = {m = m, q = q, st = blocked and 'blocked' or 'waiting', ok = ok ~= '' and ok, mode = ARGV[b + 5],
          a = 0, d = at + ARGV[b + 7], t = num(tonumber(m)), c = 0, n = text(ARGV[b + 9])}
        if r.n then r.st = 'dead' end
        local key = P .. 'i:' .. m
        redis.call('HSET', key, 'id', id, 'q', q, 's', r.t, 'p', ARGV[b + 2], 'm', ARGV[b + 3], 'or', r.mode,
          'e', num(at), 'z', ARGV[b + 8])
        if r.ok then redis.call('HSET', key, 'ok', ok) end
        if ik ~= '' then
          redis.call('HSET', key, 'ik', ik)
          redis.call('HSET', P .. 'k:' .. q, ik, m)
        end
        save(r)
        add(r)
        redis.call('HSET', P .. 'ids', id, m)
        redis.call('HINCRBY', P .. 'n:' .. q, 'bytes', ARGV[b + 8])
        if redis.call('HINCRBY', P .. 'n:' .. q, 'items', 1) == 1 then redis.call('ZADD', P .. 'queues', 0, q) end
        numbers[i] = m
        touched[q] = true
        receipts[#receipts + 1] = {1, plan[i].position, r.t, r.st, num(at), num(r.d)}
      end
    end
    for q in pairs(touched) do redis.pcall('PUBLISH', P .. 'hint:' .. q, '1') end
    return receipts
    """
}
