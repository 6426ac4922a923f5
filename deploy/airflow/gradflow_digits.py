"""A nightly training run in Airflow, where the workers have this repository and Java 17.

Exit codes decide: I/O trouble (74) and a stopped run (75) are worth another try, bad data or a bad job file
fails at once. With a Spark connection of your own, SparkSubmitOperator takes the same jar, class and arguments.
"""

import subprocess
from datetime import datetime, timedelta

from airflow.decorators import dag, task
from airflow.exceptions import AirflowException, AirflowFailException

GRADFLOW = "/opt/gradflow/deploy/bin/gradflow"
JOB = "/opt/gradflow/deploy/examples/digits.yaml"
WORTH_ANOTHER_TRY = (74, 75)


@dag(schedule="0 3 * * *", start_date=datetime(2026, 1, 1), catchup=False, max_active_runs=1)
def gradflow_digits():
    @task(retries=3, retry_delay=timedelta(minutes=5))
    def train(ds=None):
        output = f"/var/lib/gradflow/digits-{ds}"
        command = [GRADFLOW, "train", JOB, "--output", output, "--set", "output.mode=overwrite"]
        code = subprocess.run(command).returncode
        if code in WORTH_ANOTHER_TRY:
            raise AirflowException(f"gradflow: exit code {code}")
        if code != 0:
            raise AirflowFailException(f"gradflow: exit code {code}; trying again would not help")

    train()


gradflow_digits()
