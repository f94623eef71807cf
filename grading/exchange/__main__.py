"""Run the exchange as the hub starts it: `python -m grading.exchange`."""

import asyncio
import logging
import sys

from grading.errors import GradingError
from grading.exchange.server import serve
from grading.exchange.settings import Limits, Places

if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    logging.getLogger("tornado.access").setLevel(logging.WARNING)  # learners' pages ask again and again
    try:
        asyncio.run(serve(Places(), Limits()))
    except GradingError as error:
        sys.stderr.write(f"exchange: {error}\n")
        sys.exit(2)
