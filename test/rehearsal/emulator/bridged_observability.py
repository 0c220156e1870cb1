"""What the emulator lacks of alarms and saved queries; bridged_ministack.py puts it in."""

import re

from ministack.core.responses import AccountRegionScopedDict, json_response
from ministack.services import cloudwatch, cloudwatch_logs
from ministack.services.cloudformation import provisioners


def bridge_alarms_of_metric_math():
    """An alarm of an expression over several metrics is refused, and its stack with it.

    It is made with the first of its metrics, so that all else is looked at as it is in any alarm, and then kept with
    the expression in that metric's place: the emulator evaluates no alarm that names no metric.
    """
    handlers = provisioners._RESOURCE_HANDLERS["AWS::CloudWatch::Alarm"]
    create = handlers["create"]

    def create_of_expression(logical_id, props, stack_name):
        queries = props.get("Metrics")
        if not queries:
            return create(logical_id, props, stack_name)
        stat = next(query["MetricStat"] for query in queries if "MetricStat" in query)
        of_one_metric = {**props, **stat["Metric"], "Period": stat["Period"], "Statistic": stat["Stat"]}
        name, attributes = create(logical_id, {**of_one_metric, "Metrics": None}, stack_name)
        own = dict.fromkeys(["MetricName", "Namespace", "Statistic", "Period"])
        cloudwatch._alarms[name].update({**own, "Dimensions": [], "Metrics": queries})
        return name, attributes

    handlers["create"] = create_of_expression


def bridge_composite_alarms():
    """CloudWatch has composite alarms here, CloudFormation does not. Nothing works out their state."""

    def create(logical_id, props, stack_name):
        name = props.get("AlarmName") or provisioners._physical_name(stack_name, logical_id, max_len=255)
        for arn in re.findall(r'"(arn:[^"]+)"', props["AlarmRule"]):
            if arn.split(":alarm:")[-1] not in cloudwatch._alarms:
                raise ValueError(f"AlarmRule of {name} names {arn}, which does not exist")
        cloudwatch._put_composite_alarm({}, {**props, "AlarmName": name}, is_cbor=True)
        return name, {"Arn": cloudwatch._composite_alarms[name]["AlarmArn"]}

    def delete(physical_id, _props):
        cloudwatch._composite_alarms.pop(physical_id, None)

    provisioners._RESOURCE_HANDLERS["AWS::CloudWatch::CompositeAlarm"] = {"create": create, "delete": delete}


def bridge_saved_queries():
    """Logs knows no saved queries: a store for CloudFormation, and the one action that lists them."""
    definitions, handle = AccountRegionScopedDict(), cloudwatch_logs.handle_request

    def create(logical_id, props, stack_name):
        physical_id = provisioners._physical_name(stack_name, logical_id)
        definitions[physical_id] = {
            "queryDefinitionId": physical_id,
            "name": props["Name"],
            "queryString": props["QueryString"],
            "logGroupNames": props.get("LogGroupNames", []),
        }
        return physical_id, {"QueryDefinitionId": physical_id}

    def delete(physical_id, _props):
        definitions.pop(physical_id, None)

    async def handle_with_definitions(method, path, headers, body, query_params):
        if headers.get("x-amz-target", "").endswith(".DescribeQueryDefinitions"):
            return json_response({"queryDefinitions": list(definitions.values())})
        return await handle(method, path, headers, body, query_params)

    provisioners._RESOURCE_HANDLERS["AWS::Logs::QueryDefinition"] = {"create": create, "delete": delete}
    cloudwatch_logs.handle_request = handle_with_definitions
