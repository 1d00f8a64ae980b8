#!/usr/bin/env python3
"""Fills a workspace's catalogue with generated nights, to look at reports of any size.

    generated-nights.py WORKSPACE EPISODES

The workspace's catalogue must exist (nightshift status --workspace WORKSPACE makes it) and be empty. Three
quarters of the episodes come in over thirteen nights, a quarter in the last one. Names of tasks and robots are
hostile on purpose: markup, escape sequences, text that runs backwards, very long words.
"""
import hashlib
import json
import random
import sqlite3
import sys

TASKS = [
    "insert the peg into the hole from the side",
    "fold the towel",
    "<script>alert('task')</script>",
    "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz" * 2,
    "press the \u202eyek\u202c key & \"wait\"",
    "put the cup on the saucer",
]
GATES = {"H3": "H3 gaps: 0.84 s between steps 112 and 113, limit 62.5 ms",
         "H8": "H8 physical limits: state column 7 moves by 94.09 a second between steps 154 and 155, limit 77.14"}


def digest(*parts):
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def robot(index):
    names = ["arm-%02d" % index, "<b onmouseover=alert(%d)>" % index, "arm-\x1b[31m%d" % index]
    return names[0] if index % 9 else names[1 + index // 9 % 2]


def episode(draw, night, number, robots):
    task = draw.choice(TASKS)
    name = robot(draw.randrange(robots))
    skill = 0.55 + 0.03 * night + 0.05 * TASKS.index(task) - 0.1
    demonstration = draw.random() < 0.05
    outcome = "success" if demonstration or draw.random() < skill else "failure"
    if draw.random() < 0.02:
        outcome = "unlabelled"
    steps = int(draw.gauss(220, 40)) if outcome == "success" else 400
    embodiment = {"name": "arm-7dof", "actionWidth": 7, "controlRateHertz": 20,
                  "state": [{"array": "obs/joints", "width": 7}]}
    metadata = {
        "actionArray": "actions", "cameras": [], "embodiment": embodiment, "hasSafetyMark": False,
        "instruction": task, "interventionArray": "interventions", "isDemonstration": demonstration,
        "outcome": outcome, "outcomeSource": "attribute", "sourceEpisode": "demo_%d" % number,
        "sourceFormat": "nightshift", "stepCount": steps, "timestampArray": "timestamps",
        "provenance": {"robot": name, "site": "site-%d" % (number % 3),
                       "operatorName": "operator <i>%d</i>" % (number % 4)}}
    return (digest(night, number), digest("shard"), 0, 1, digest("file", night), task, "arm-7dof", outcome,
            steps, name, "site-%d" % (number % 3), int(demonstration), draw.choice([0, 0, 0, 0, 25]),
            steps * 100, steps * 40, "2026-03-%02dT02:00:05Z" % (night + 1), json.dumps(metadata))


def summary(run, night, attempt, count, quarantined, duplicates):
    auroc = 0.8 + 0.01 * night
    bins = [{"predicted": p / 10 + 0.05, "observed": min(1, p / 10 + 0.03), "count": 10 + p * 7} for p in range(10)]
    stages = {
        "ingest": {"episodes_in": count + quarantined + duplicates, "episodes_accepted": count,
                   "episodes_quarantined": quarantined, "episodes_duplicate": duplicates, "files_in": 12,
                   "headline": "%d episodes are new" % count},
        "filter-by-quality": {"attempt": attempt, "headline": "all but a few pass"},
        "label-with-value-function": {
            "aurocAtHalf": auroc, "labelledEpisodes": count, "steps": count * 250, "positiveSteps": count * 60,
            "figures": [{"share": 0.5, "auroc": auroc, "brier": 0.11, "calibration": bins}],
            "doubtfulOutcomes": [
                {"kind": "robot", "name": robot(9), "episodes": 40, "doubtful": 22, "lower": 0.4,
                 "upper": 0.69, "isSuspicious": True}],
            "tasks": [{"instruction": t, "episodes": count // 6, "positiveShare": 0.25,
                       "figures": [{"share": 0.5, "auroc": auroc, "brier": 0.1}]} for t in TASKS],
            "headline": "labelled"},
        "fine-tune": {"candidate": digest("candidate", night), "base": digest("base"), "conditioning": "weight",
                      "trainingEpisodes": count, "heldOutEpisodes": count // 10, "trainingSteps": 3000,
                      "tasks": [], "headline": "a candidate"},
        "promote": {"verdict": "undecided", "reasons": ["too few episodes"], "channelMoves": [],
                    "headline": "undecided"},
    }
    return {"run": run, "state": "succeeded", "nothing_new": False, "seconds": 300 + 10 * night,
            "report": "", "stages": [
                {"stage": name, "state": "succeeded", "reused": False, "seconds": 60.0, "log": "log.txt",
                 "summary": value} for name, value in stages.items()]}


def main():
    workspace, total = sys.argv[1], int(sys.argv[2])
    draw = random.Random(7)
    robots = max(2, min(400, total // 20))
    nights = 14
    database = sqlite3.connect(workspace + "/catalogue.sqlite")
    for night in range(nights):
        last = night == nights - 1
        count = max(1, total // 4) if last else max(0, total * 3 // 4 // (nights - 1))
        rows = [episode(draw, night, number, robots) for number in range(count)]
        database.executemany("INSERT INTO episode VALUES (%s)" % ",".join("?" * 17), rows)
        run, attempt = "2026-03-%02d-020000" % (night + 1), "filter-by-quality-%d" % (night + 1)
        start, end = ("2026-03-%02dT02:%02d:00.000" % (night + 1, minute) for minute in (0, 9))
        refused = max(1, count // 50)
        database.executemany(
            "INSERT INTO quarantine VALUES (?, ?, 'ingest', 'day.hdf5', ?, ?, ?)",
            [(digest("refused", night, n), "demo_%d" % n, "clock-gap" if n % 3 else "value-not-finite",
              "a gap of 3.4 s after step 12 in <day.hdf5>", start[:19] + "Z") for n in range(refused)])
        settings = {"trainingSteps": 3000 if night % 2 else 2000}
        pipeline = {"name": "nightly", "stages": [{"stage": "fine-tune", "settings": settings}]}
        database.execute("INSERT INTO run VALUES (?, ?, 'nightly', 'succeeded', ?, ?, ?, ?)", (
            run, night + 1, start, end, json.dumps(pipeline),
            json.dumps(summary(run, night, attempt, count, refused, count // 7))))
        database.execute(
            "INSERT INTO attempt VALUES (?, 'filter-by-quality', ?, ?, ?, 'succeeded', ?, ?, '{}', '{}', '{}', NULL)",
            (attempt, night + 1, digest("key", night), run, start, end))
        database.executemany(
            "INSERT INTO finding VALUES (?, ?, ?, ?, ?, 1.0, 0.5)",
            [(attempt, row[0], gate, "quarantine" if number % 2 else "warn", GATES[gate])
             for number, row in enumerate(rows[:: 12]) for gate in ([*GATES][number % 2],)])
    database.commit()


main()
