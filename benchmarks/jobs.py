"""APScheduler's own way: a job for each reminder, in its SQLAlchemy job store.

The store is filled in one transaction. One job after the other, as a program would add them, takes minutes, in which
those that were added first fall due.
"""

import pickle
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger


def fill(url: str, what: str, jobs: Iterable[tuple[datetime, list[Any]]]) -> None:
    """A new store with a job for each (when it is due, its arguments); `what`: the function, as "module:name"."""
    store = SQLAlchemyJobStore(url=url)
    scheduler = AsyncIOScheduler(jobstores={"default": store})
    scheduler.start(paused=True)
    waiting = list(jobs)
    model = scheduler.add_job(what, "date", run_date=waiting[0][0], args=waiting[0][1], misfire_grace_time=None)
    alike = model.__getstate__()
    model.remove()
    rows = [
        {
            "id": f"job{number}",
            "next_run_time": due.timestamp(),
            "job_state": pickle.dumps(
                {**alike, "id": f"job{number}", "args": args, "trigger": DateTrigger(due), "next_run_time": due},
                store.pickle_protocol,
            ),
        }
        for number, (due, args) in enumerate(waiting)
    ]
    with store.engine.begin() as connection:
        connection.execute(store.jobs_t.insert(), rows)
    scheduler.shutdown(wait=False)
    store.engine.dispose()
