"""Starts MiniStack with two things changed: it keeps alarms of metric math, which it refuses, and leaves port 443 alone.

Like every alarm of MiniStack they exist and never go off by themselves. Of their metrics the first one is kept.
Over TLS it would listen on port 443 as well, for the sake of Cognito.
"""

from ministack import app
from ministack.services.cloudformation import provisioners

_record = provisioners._cw_metric_alarm_record
_is_bindable = app._port_is_bindable


def _record_with_math(name, props):
    first = next((one["MetricStat"] for one in props.get("Metrics") or [] if "MetricStat" in one), None)
    if first is None:
        return _record(name, props)
    plain = {key: value for key, value in props.items() if key != "Metrics"}
    metric = {key: first["Metric"].get(key) for key in ("Namespace", "MetricName", "Dimensions")}
    return _record(name, {**plain, **metric, "Period": first["Period"]})


provisioners._cw_metric_alarm_record = _record_with_math
app._port_is_bindable = lambda host, port: port != 443 and _is_bindable(host, port)

if __name__ == "__main__":
    app.main()
