"""wenbao desk …: accounts, API keys, erasing, export and statistics of the help desk.

Whoever may run these commands owns the database; what they do is audited as done by "cli".
A password is asked for on the terminal or read from standard input, never taken from the call.
"""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.commands.chinese import Command, Group
from assistant.commands.context import note, out, out_json, out_table, settings_of

if TYPE_CHECKING:
    from assistant.desk.records import Actor, Filter
    from assistant.desk.service import Desk

app = typer.Typer(
    cls=Group,
    help="群众咨询台：账号、密钥、工单。",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Name = Annotated[str, typer.Argument(metavar="账号", help="登录用的账号名。")]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON。")]
Since = Annotated[str, typer.Option(metavar="日期", help="从这一天起（YYYY-MM-DD）。")]
Until = Annotated[str, typer.Option(metavar="日期", help="到这一天止（含当天）。")]


@contextmanager
def _desk(context: typer.Context) -> Iterator[tuple[Desk, Actor]]:
    from assistant.desk.records import Actor
    from assistant.desk.service import Desk

    with Desk.open(settings_of(context)) as desk:
        yield desk, Actor(0, "cli", "admin", "cli")


def _password() -> str:
    """Typed twice on a terminal, else the first line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("密码：")
    if getpass.getpass("再输一遍：") != first:
        raise typer.BadParameter("两次输入的密码不同")
    return first


@app.command(cls=Command)
def adduser(
    context: typer.Context,
    name: Name,
    role: Annotated[
        str,
        typer.Option(metavar="角色", help="staff（工作人员）、reviewer（审核）、admin（管理）。"),
    ] = "staff",
) -> None:
    """新建账号；密码在终端输入，或从标准输入读取一行。"""
    with _desk(context) as (desk, cli):
        account = desk.accounts.add(name, _password(), role, by=cli)
    out(f"已建立\t{account.name}\t{account.role}")


@app.command(cls=Command)
def passwd(context: typer.Context, name: Name) -> None:
    """修改密码；该账号已登录的会话随即失效。"""
    with _desk(context) as (desk, cli):
        desk.accounts.set_password(name, _password(), by=cli)
    out(f"已修改\t{name}")


@app.command(cls=Command)
def disable(context: typer.Context, name: Name) -> None:
    """停用账号，立即生效。"""
    with _desk(context) as (desk, cli):
        out(f"已停用\t{desk.accounts.disable(name, by=cli).name}")


@app.command(cls=Command)
def enable(context: typer.Context, name: Name) -> None:
    """重新启用账号。"""
    with _desk(context) as (desk, cli):
        out(f"已启用\t{desk.accounts.enable(name, by=cli).name}")


@app.command(cls=Command)
def users(context: typer.Context) -> None:
    """列出账号。"""
    with _desk(context) as (desk, _):
        accounts = desk.accounts.list()
    lines = [
        (one.name, one.role, "停用" if one.disabled else "", _time(one.last_login_at))
        for one in accounts
    ]
    out_table(("账号", "角色", "状态", "上次登录"), lines)


@app.command(cls=Command)
def addkey(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="名称", help="给谁用。")],
    scope: Annotated[
        list[str],
        typer.Option(metavar="范围", help="ask、chat、feedback、tickets、metrics；可多次。"),
    ],
    rate: Annotated[int, typer.Option(min=0, help="每分钟请求数；0 为设置 rate_limit。")] = 0,
    days: Annotated[int | None, typer.Option(min=1, help="有效天数；不给则到撤销为止。")] = None,
) -> None:
    """新建 API 密钥；密钥只显示这一次。"""
    with _desk(context) as (desk, cli):
        key, plain = desk.keys.add(name, scope, rate=rate, days=days, by=cli)
    note(f"编号 {key.id}；请妥善保存下面的密钥，以后不再显示。")
    out(plain)


@app.command(cls=Command)
def revokekey(
    context: typer.Context,
    identity: Annotated[str, typer.Argument(metavar="编号", help="wenbao desk keys 第一列。")],
) -> None:
    """撤销 API 密钥，立即生效。"""
    with _desk(context) as (desk, cli):
        out(f"已撤销\t{desk.keys.revoke(identity, by=cli).id}")


@app.command(cls=Command)
def keys(context: typer.Context) -> None:
    """列出 API 密钥（不含密钥本身）。"""
    with _desk(context) as (desk, _):
        found = desk.keys.list()
    lines = [
        (one.id, one.name, ",".join(sorted(one.scopes)), one.rate, _time(one.expires_at),
         "已撤销" if one.revoked else "", _time(one.last_used_at))
        for one in found
    ]  # fmt: skip
    out_table(("编号", "名称", "范围", "每分钟", "到期", "状态", "上次使用"), lines)


@app.command(cls=Command)
def purge(context: typer.Context) -> None:
    """删除超过保存期限（设置 desk_retention_days）的工单内容和对话，保留统计数字。"""
    with _desk(context) as (desk, cli):
        out(f"已清除\t{desk.retention.purge(by=cli)} 个工单")


@app.command(cls=Command)
def erase(
    context: typer.Context,
    ticket: Annotated[str, typer.Option(metavar="工单号", help="一个工单及其对话。")] = "",
    conversation: Annotated[str, typer.Option(metavar="编号", help="一段对话及其工单。")] = "",
    contact_from_stdin: Annotated[
        bool, typer.Option("--contact", help="某人的全部工单；联系方式从终端或标准输入读取。")
    ] = False,
) -> None:
    """应本人要求删除其问题、联系方式、对话和留言，保留统计数字。"""
    contact = ""
    if contact_from_stdin:
        contact = input("联系方式：") if sys.stdin.isatty() else sys.stdin.readline().strip()
    with _desk(context) as (desk, cli):
        count = desk.retention.erase(
            by=cli, ticket=ticket, conversation=conversation, contact=contact
        )
    out(f"已删除\t{count} 个工单")


@app.command(cls=Command)
def export(
    context: typer.Context,
    target: Annotated[Path, typer.Option("--out", metavar="文件", help=".csv 或 .xlsx。")],
    since: Since = "",
    until: Until = "",
) -> None:
    """导出工单；个人信息已遮盖。"""
    with _desk(context) as (desk, cli):
        data = desk.staff.export(cli, _period(since, until), kind=target.suffix.lower()[1:])
    target.write_bytes(data)
    note(f"已写入 {target}")


@app.command(cls=Command)
def stats(
    context: typer.Context, since: Since = "", until: Until = "", as_json: AsJson = False
) -> None:
    """统计：数量、首次回复、办结、满意度、未能回答的主题。"""
    from dataclasses import asdict

    wanted = _period(since, until)
    with _desk(context) as (desk, cli):
        found = desk.staff.statistics(cli, wanted.since or 0.0, wanted.until or 1e12)
    if as_json:
        out_json(asdict(found))
        return
    out_table(("项目", "数值"), _lines(found))


def _lines(found: Any) -> Iterator[tuple[str, object]]:
    yield "工单", found.total
    yield "首次回复（工作分钟，中位数）", _rounded(found.first_response_minutes)
    yield "按时首次回复", "{} / {}".format(*found.first_response_in_time)
    yield "办结（工作分钟，中位数）", _rounded(found.resolution_minutes)
    yield "按时办结", "{} / {}".format(*found.resolution_in_time)
    yield "满意度（1–5）", _rounded(found.satisfaction)
    for topic, count in found.topics:
        yield f"未能回答：{topic}", count


def _rounded(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def _period(since: str, until: str) -> Filter:
    from assistant.desk.records import Filter

    end = _day(until)
    return Filter(since=_day(since), until=None if end is None else end + 86_400)


def _day(text: str) -> float | None:
    """The first moment of a day in China."""
    from assistant.desk.hours import CHINA

    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=CHINA).timestamp()
    except ValueError:
        raise typer.BadParameter(f"{text} 不是日期，应写成 2025-01-31") from None


def _time(at: float | None) -> str:
    from assistant.desk.hours import CHINA

    moment = None if at is None else datetime.fromtimestamp(at, CHINA)
    return "" if moment is None else moment.strftime("%Y-%m-%d %H:%M")
