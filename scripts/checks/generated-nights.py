#!/usr/bin/env python3
"""Fills a workspace's catalogue with generated nights, to look at reports of any size.

    generated-nights.py WORKSPACE EPISODES

The workspace's catalogue must exist (nightshift status --workspace WORKSPACE makes it) and be empty. Three
quarters of the episodes come in over thirteen nights, a quarter in the last one. Names of tasks and robots are
hostile on purpose: markup, escape sequences, text that runs backwards, very long words.
"""
import hashlib
import json
import os
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


DRIFT = [("states", "all", 0.21, 0.04, True), ("actions", "all", 0.1, 0.04, True),
         ("brightness", "robot <b onmouseover=alert(9)>", 0.3, 0.1, True), ("duration", "all", 0.01, 0.02, False)]


def kept(workspace, value):
    """An object of the store, and the artefact that names it."""
    data = json.dumps(value).encode()
    name = hashlib.sha256(data).hexdigest()
    os.makedirs("%s/objects/%s" % (workspace, name[:2]), exist_ok=True)
    with open("%s/objects/%s/%s" % (workspace, name[:2], name), "wb") as file:
        file.write(data)
    return name


def quality(workspace, count, rows):
    """What filter-by-quality keeps of a night, as far as the report reads it."""
    tasks = [{"task": task, "new": count // 6, "total": count, "vendi": 4 + number, "novelty": 0.1 * number,
              "information": 0.3 * number, "successes": count // 9, "failures": count // 20,
              "growth": {"vendi": 0.001, "coverage": 0.002, "novelty": 0.4}} for number, task in enumerate(TASKS)]
    return kept(workspace, {
        "title": "Quality", "subtitle": "generated <i>", "sections": [],
        "quality": {"gates": [{"id": "H3", "name": "gaps"}, {"id": "H8", "name": "physical limits"}], "down_weighted": count // 30,
                    "review": [{"episode": row[0], "gate": "S13", "reason": "its end <i>has the value -0.93"} for row in rows[:3]]},
        "diversity": {
            "embedding": "episode-statistics-1, 64 numbers", "vendi": {"tonight": 17.2, "corpus": 14.9, "episodes": min(500, count),
                                                                       "gain_per_100": 0.4},
            "coverage": {"cells": 400, "hit": 310, "hit_before": 302},
            "novelty": {"median_percentile": 0.5, "share_above_95": 0.07, "most": []},
            "effective": [{"factor": name, "number": number, "of": of, "simpson": number} for name, number, of in
                          [("task", 5.2, 6), ("site", 2.9, 3), ("operator", 3.7, 4), ("robot", 31.4, 50)]],
            "redundancy": 0.03, "tasks": tasks,
            "drift": [{"measure": measure, "slice": part, "divergence": value, "null_99": null, "alarm": alarm}
                      for measure, part, value, null, alarm in DRIFT]}})


def evaluated(workspace, database, night):
    """A candidate of so many episodes, and what simulated robots found of it, a task each."""
    rates = [0.4 + 0.03 * night, 0.8, 0.9 - 0.5 / (night + 1)]
    names = ["%s (arm-7dof)" % task for task in TASKS[:3]]
    candidate = kept(workspace, {"tasks": [{"instruction": task, "embodiment": "arm-7dof", "trainingEpisodes": 40 * (night + 1)}
                                           for task in TASKS[:3]]})
    wins = [int(400 * rate) for rate in rates]
    evidence = kept(workspace, {
        "candidate": candidate, "simulation": {"firstSeed": night, "comparison": {"tasks": [
            {"task": name, "pairs": {"wins": won, "losses": 0, "ties": 400 - won}, "candidateSuccesses": won,
             "incumbentSuccesses": 0, "isShared": False} for name, won in zip(names, wins)]}}})
    attempt, at = "shadow-evaluate-%d" % (night + 1), "2026-03-%02dT02:05:00.000" % (night + 1)
    database.execute(
        "INSERT INTO attempt VALUES (?, 'shadow-evaluate', ?, ?, NULL, 'succeeded', ?, ?, '{}', '{}', '{}', NULL)",
        (attempt, night + 1, digest("evaluation", night), at, at))
    database.execute("INSERT INTO artefact (attempt, position, kind, name, digest, byte_count) "
                     "VALUES (?, 0, 'evidence', 'evidence.json', ?, 1)", (attempt, evidence))


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


def summary(run, night, attempt, count, quarantined, duplicates, report):
    auroc = 0.8 + 0.01 * night
    bins = [{"predicted": p / 10 + 0.05, "observed": min(1, p / 10 + 0.03), "count": 10 + p * 7} for p in range(10)]
    stages = {
        "ingest": {"episodes_in": count + quarantined + duplicates, "episodes_accepted": count,
                   "episodes_quarantined": quarantined, "episodes_duplicate": duplicates, "files_in": 12,
                   "headline": "%d episodes are new" % count},
        "filter-by-quality": {"attempt": attempt, "headline": "all but a few pass",
                              "outputs": [{"kind": "report", "digest": report}]},
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
            json.dumps(summary(run, night, attempt, count, refused, count // 7, quality(workspace, count, rows)))))
        evaluated(workspace, database, night)
        database.execute(
            "INSERT INTO attempt VALUES (?, 'filter-by-quality', ?, ?, ?, 'succeeded', ?, ?, '{}', '{}', '{}', NULL)",
            (attempt, night + 1, digest("key", night), run, start, end))
        database.executemany(
            "INSERT INTO finding VALUES (?, ?, ?, ?, ?, 1.0, 0.5)",
            [(attempt, row[0], gate, "quarantine" if number % 2 else "warn", GATES[gate])
             for number, row in enumerate(rows[:: 12]) for gate in ([*GATES][number % 2],)])
    database.commit()


main()
