"""Starts MiniStack with one thing added: it keeps alarms of metric math, which it otherwise refuses.

Like every alarm of MiniStack they exist and never go off by themselves. Of their metrics the first one is kept.
"""

from ministack.app import main
from ministack.services.cloudformation import provisioners

_record = provisioners._cw_metric_alarm_record


def _record_with_math(name, props):
    first = next((one["MetricStat"] for one in props.get("Metrics") or [] if "MetricStat" in one), None)
    if first is None:
        return _record(name, props)
    plain = {key: value for key, value in props.items() if key != "Metrics"}
    metric = {key: first["Metric"].get(key) for key in ("Namespace", "MetricName", "Dimensions")}
    return _record(name, {**plain, **metric, "Period": first["Period"]})


provisioners._cw_metric_alarm_record = _record_with_math

if __name__ == "__main__":
    main()
