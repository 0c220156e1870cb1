"""The emulator that the rehearsal deploys to, with what it lacks for this platform put in from outside.

ministack deploys CloudFormation and runs Node functions as processes of the host. Each bridge below stands for one
gap of the version in requirements.txt; docs/rehearsal.md lists them, and what is left unbridged. When the version
changes, take each out once and see whether it is still needed.

    REHEARSAL_ENDPOINTS  JSON object: Region to the address at which that Region's HTTP API is to be called
"""

import asyncio
import json
import os
import re
import signal
import sys
import threading

from bridged_observability import bridge_alarms_of_metric_math, bridge_composite_alarms, bridge_saved_queries
from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import apigateway, cloudformation, dynamodb
from ministack.services.cloudformation import handlers as actions
from ministack.services.cloudformation import provisioners, stacks
from ministack.services.cloudformation.helpers import _p

# What begins a change of a stack, as CloudFormation's query protocol names it.
CHANGE = re.compile(rb"(?:^|&)Action=(?:CreateStack|UpdateStack|ExecuteChangeSet|DeleteStack)(?:&|$)")

ENDPOINTS = json.loads(os.environ.get("REHEARSAL_ENDPOINTS", "{}"))


def bridge_nested_custom_resources():
    """A custom resource in a nested stack waits for an answer that the blocked event loop cannot take: 11 minutes.

    A nested stack goes to a thread, as a custom resource of a root stack does.
    """
    is_custom_resource = stacks._is_custom_resource
    stacks._is_custom_resource = lambda kind: kind == "AWS::CloudFormation::Stack" or is_custom_resource(kind)


def bridge_words_for_missing_stacks():
    """CDK tells that a stack is not there by AWS's words, `Stack with id x does not exist`; a sandbox asks so."""
    error = actions._error
    missing = re.compile(r"^Stack \[(.+)\] does not exist$")
    actions._error = lambda code, message, *rest: error(
        code, missing.sub(r"Stack with id \1 does not exist", message), *rest
    )


def bridge_processes_of_functions():
    """Processes of functions outlive the emulator.

    It leads a group that they are in, and all of that ends when standard input does: closed by whoever started this,
    or by the system where that one was killed.
    """
    os.setpgrp()

    def end_with_input():
        sys.stdin.buffer.read()
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=end_with_input, daemon=True).start()


def bridge_polls_for_stacks():
    """CDK looks every 5 s whether a change of a stack is done, which here it is within one: mere waiting.

    So a change is answered once the Region's stacks are at rest. How it ended is asked for as ever.
    """
    handle = cloudformation.handle_request

    def is_changing(status):
        return status.endswith("_IN_PROGRESS") and status != "REVIEW_IN_PROGRESS"

    async def handle_until_at_rest(method, path, headers, body, query_params):
        answer = await handle(method, path, headers, body, query_params)
        if CHANGE.search(body or b""):
            # At most 30 s: whoever asked may have less patience than a custom resource takes. It begins with a pause,
            # as a deletion is not yet under way when it is answered.
            for _ in range(600):
                await asyncio.sleep(0.05)
                if not any(is_changing(stack["StackStatus"]) for stack in cloudformation._stacks.values()):
                    break
        return answer

    cloudformation.handle_request = handle_until_at_rest


def bridge_stack_ids():
    """Most actions know a stack by its name only; DeleteStack given an id even says that all is well."""

    def by_name(action):
        def with_name(params):
            name = re.sub(r"^arn:[^/]*:stack/([^/]+)/.*$", r"\1", _p(params, "StackName"))
            return action({**params, "StackName": [name]} if name else params)

        return with_name

    for name, action in actions._ACTION_HANDLERS.items():
        # This one does, and finds a deleted stack by its id alone, as AWS does.
        if name != "DescribeStacks":
            actions._ACTION_HANDLERS[name] = by_name(action)


def bridge_attributes_of_unchanged_resources():
    """When a nested stack is updated, what did not change in it forgets its attributes: the API's address becomes its id."""
    update = provisioners._update_resource

    def update_with_attributes(kind, physical_id, old, new, stack_name, logical_id=None, attributes=None):
        resources = cloudformation._stacks.get(stack_name, {}).get("_resources", {})
        known = resources.get(logical_id, {}).get("Attributes")
        return update(kind, physical_id, old, new, stack_name, logical_id, attributes or known)

    provisioners._update_resource = update_with_attributes


def bridge_rollback_of_nested_stacks():
    """A nested stack whose creation fails keeps what it has made, although its parent is rolled back."""
    handlers = provisioners._RESOURCE_HANDLERS["AWS::CloudFormation::Stack"]
    create, delete = handlers["create"], handlers["delete"]

    def create_or_take_back(logical_id, props, stack_name):
        try:
            return create(logical_id, props, stack_name)
        except Exception:
            for name, stack in list(cloudformation._stacks.items()):
                if stack.get("_parent_stack_name") == stack_name and stack["StackStatus"] == "CREATE_FAILED":
                    delete(name, props)
            raise

    handlers["create"] = create_or_take_back


def bridge_replicas():
    """Replicas of a global table are dropped: the other Regions have no table.

    Each replica gets a table, a stream and tags of its own, and shares the items. So nothing lags and nothing
    conflicts here; what a global table does under lag and conflict is the twin's to show.
    """
    handlers = provisioners._RESOURCE_HANDLERS["AWS::DynamoDB::GlobalTable"]
    create, delete = handlers["create"], handlers["delete"]

    def create_with_replicas(logical_id, props, stack_name):
        name, attributes = create(logical_id, props, stack_name)
        own, account, table = get_region(), get_account_id(), dynamodb._tables[name]
        for replica in props.get("Replicas", []):
            settings = {key: value for key, value in replica.items() if key == "DeletionProtectionEnabled"}
            if replica["Region"] == own:
                table.update(settings)
                continue
            with request_scope(account, replica["Region"]):
                create(logical_id, props, stack_name)
                dynamodb._tables[name].update({"items": table["items"], **settings})
        return name, attributes

    def delete_with_replicas(physical_id, props):
        account = get_account_id()
        for replica in props.get("Replicas", []):
            with request_scope(account, replica["Region"]):
                if physical_id in dynamodb._tables:
                    delete(physical_id, props)

    handlers.update({"create": create_with_replicas, "delete": delete_with_replicas})


def bridge_replica_calls():
    """DescribeTable names no replicas, and UpdateTable removes none."""
    description, update = dynamodb._table_description, dynamodb._update_table

    def has_table(name, account, region):
        with request_scope(account, region):
            return name in dynamodb._tables

    def description_with_replicas(name):
        own, account = get_region(), get_account_id()
        others = [region for region in ENDPOINTS if region != own and has_table(name, account, region)]
        replicas = [{"RegionName": region, "ReplicaStatus": "ACTIVE"} for region in [own, *others]]
        return {**description(name), **({"Replicas": replicas, "GlobalTableVersion": "2019.11.21"} if others else {})}

    def update_with_replicas(data):
        account = get_account_id()
        for change in data.get("ReplicaUpdates", []):
            region = change.get("Delete", {}).get("RegionName")
            if region is None:
                continue
            with request_scope(account, region):
                dynamodb._tables.pop(data["TableName"], None)
        return update(data)

    dynamodb._table_description = description_with_replicas
    dynamodb._update_table = update_with_replicas


def bridge_api_addresses():
    """An API's address is a name under .localhost, which no resolver here knows, and its /health is the emulator's."""
    handlers = provisioners._RESOURCE_HANDLERS["AWS::ApiGatewayV2::Api"]
    create = handlers["create"]

    def create_at_endpoint(logical_id, props, stack_name):
        api_id, attributes = create(logical_id, props, stack_name)
        endpoint = ENDPOINTS.get(get_region(), attributes["ApiEndpoint"])
        apigateway._apis[api_id]["apiEndpoint"] = endpoint
        return api_id, {**attributes, "ApiEndpoint": endpoint}

    handlers["create"] = create_at_endpoint


if __name__ == "__main__":
    bridge_processes_of_functions()
    bridge_nested_custom_resources()
    bridge_words_for_missing_stacks()
    bridge_polls_for_stacks()
    bridge_stack_ids()
    bridge_attributes_of_unchanged_resources()
    bridge_rollback_of_nested_stacks()
    bridge_replicas()
    bridge_replica_calls()
    bridge_api_addresses()
    bridge_alarms_of_metric_math()
    bridge_composite_alarms()
    bridge_saved_queries()
    from ministack.app import main

    sys.exit(main())
