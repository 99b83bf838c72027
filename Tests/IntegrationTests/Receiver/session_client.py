"""Works sessions over REST, as a service in another language does: session_client.py PORT FOLDER.

Until FOLDER/stop is there: creates sessions, counts them up with If-Match, reads them, and notes in FOLDER/progress how
many changes were acknowledged. Then checks that nothing acknowledged is lost, writes what it found to FOLDER/result as
JSON, and ends.
"""
import http.client
import json
import os
import sys
import time

port, folder = int(sys.argv[1]), sys.argv[2]
COUNT = 12


def ask(method, path, body=None, headers=None):
    """Status, fields and document; status 0: nobody knows whether it was done."""
    fields = {"Content-Type": "application/json"} if body is not None else {}
    fields.update(headers or {})
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, None if body is None else json.dumps(body), fields)
        answer = connection.getresponse()
        text = answer.read().decode()
        return answer.status, answer.headers, json.loads(text) if text else {}
    except (OSError, http.client.HTTPException, ValueError):
        return 0, {}, {}
    finally:
        connection.close()


def patiently(method, path, body=None, headers=None, expect=(200,), seconds=90):
    end = time.time() + seconds
    while True:
        answer = ask(method, path, body, headers)
        if answer[0] in expect or time.time() > end:
            return answer
        time.sleep(0.05)


# What was acknowledged last for each session, and what may have been written besides.
acknowledged, possible, statuses, degraded = {}, {}, {}, 0
for number in range(COUNT):
    name = "client-%d" % number
    status, _, made = patiently(
        "POST", "/api/sessions", {"id": name, "state": "0", "attributes": {"kind": "test"}}, expect=(201, 409))
    acknowledged[name], possible[name] = 0, {0}
done, step = 0, 0
while not os.path.exists(os.path.join(folder, "stop")):
    name = "client-%d" % (step % COUNT)
    step += 1
    status, fields, found = ask("GET", "/api/sessions/" + name)
    statuses["GET %d" % status] = statuses.get("GET %d" % status, 0) + 1
    if status != 200:
        time.sleep(0.02)
        continue
    value = int(found["state"])
    if value not in possible[name]:
        json.dump({"lost": "%s is %d, acknowledged %d" % (name, value, acknowledged[name])},
                  open(os.path.join(folder, "result"), "w"))
        sys.exit(1)
    status, fields, changed = ask(
        "PUT", "/api/sessions/" + name, {"state": str(step)}, {"If-Match": '"%d"' % found["version"]})
    statuses["PUT %d" % status] = statuses.get("PUT %d" % status, 0) + 1
    if status == 200:
        degraded += 1 if changed["degraded"] else 0
        acknowledged[name], possible[name] = step, {step}
        done += 1
        with open(os.path.join(folder, "progress.new"), "w") as file:
            file.write("%d %d" % (done, degraded))
        os.replace(os.path.join(folder, "progress.new"), os.path.join(folder, "progress"))
    elif status not in (409, 412, 422, 404):
        possible[name].add(step)  # nobody knows whether it was done
    time.sleep(0.002)

lost = []
for name in acknowledged:
    status, _, found = patiently("GET", "/api/sessions/" + name)
    if status != 200 or int(found["state"]) not in possible[name] or found["degraded"]:
        lost.append("%s: %d %s, acknowledged %d" % (name, status, found, acknowledged[name]))
listed, after = [], ""
while True:
    _, _, page = patiently("GET", "/api/sessions?limit=5&attribute.kind=test" + ("&after=" + after if after else ""))
    listed += [session["id"] for session in page["sessions"]]
    if page["next"] is None:
        break
    after = page["next"]
json.dump(
    {"lost": "; ".join(lost), "done": done, "degraded": degraded, "statuses": statuses,
     "listed": sorted(listed) == sorted(acknowledged)}, open(os.path.join(folder, "result"), "w"))
