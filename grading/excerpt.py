"""A part of the knowledge graph as the tables of a world: other diseases and other relations for each seed."""

from collections.abc import Mapping
from dataclasses import asdict

import numpy as np
import polars as pl

from grading.data import Excerpt

_WEIGHT = {"weight": pl.Float64}


def excerpt(share: Excerpt, seed: int) -> Mapping[str, pl.DataFrame]:
    """Draw a part of the knowledge: tables node, relation, predicate and disease.

    node: id, kind, zh, en, code; relation: subject, predicate, object, weight, evidence; predicate: id, zh, en,
    subject and object (kinds), weight (what it is); disease: id, family, chapter, episodes_per_100k a year.
    Diseases are drawn first; of the measured relations (those with a weight) a share is then kept, and of the nodes
    those that a relation still names.
    """
    # Reading the knowledge takes a second; most callers find the world built.
    from simulator.knowledge.graph import PREDICATES, nodes, relations  # noqa: PLC0415
    from simulator.knowledge.loader import load_knowledge  # noqa: PLC0415

    knowledge = load_knowledge()
    rng = np.random.default_rng(seed)
    disease = pl.DataFrame(
        {
            "id": [f"disease:{d.id}" for d in knowledge.diseases.values()],
            "family": [f"family:{d.family}" for d in knowledge.diseases.values()],
            "chapter": [f"chapter:{d.chapter}" for d in knowledge.diseases.values()],
            "episodes_per_100k": (knowledge.episode_rates * knowledge.population).sum(axis=(1, 2)) * 100_000,
        }
    )
    disease = disease.filter(pl.Series(rng.random(disease.height) < share.diseases))
    node = pl.DataFrame([asdict(one) for one in nodes(knowledge)])
    relation = pl.DataFrame([asdict(one) for one in relations(knowledge)], schema_overrides=_WEIGHT)
    gone = node.filter(pl.col("kind") == "disease", ~pl.col("id").is_in(disease["id"].to_list()))["id"].to_list()
    relation = relation.filter(~pl.col("subject").is_in(gone), ~pl.col("object").is_in(gone))
    lucky = pl.Series(rng.random(relation.height) < share.relations)
    relation = relation.filter(pl.col("weight").is_null() | lucky)
    named = pl.concat([relation["subject"], relation["object"]]).unique().to_list()
    predicate = pl.DataFrame([{"id": name, **asdict(one)} for name, one in PREDICATES.items()])
    return {
        "node": node.filter(pl.col("id").is_in(named)),
        "relation": relation,
        "predicate": predicate,
        "disease": disease,
    }
