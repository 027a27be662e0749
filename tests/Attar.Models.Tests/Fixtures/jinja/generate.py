"""Writes cases.json: templates, values, and what Jinja2 (3.1.6) makes of them, in the environment in which transformers renders chat templates.

usage: python3 generate.py
"""
import json, os
from jinja2.sandbox import ImmutableSandboxedEnvironment

env = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
env.filters["tojson"] = lambda value: json.dumps(value, ensure_ascii=False)

PAIR = [{"role": "query", "content": " red drill "}, {"role": "document", "content": "Cordless\n\"drill\""}]
TASK = [{"role": "system", "content": "Judge."}] + PAIR
CHAT = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hi<think>x</think> there"}, {"role": "user", "content": "Bye"}]

RERANKER = """<|im_start|>system
Judge.<|im_end|>
<|im_start|>user
<Instruct>: {{ messages | selectattr("role", "eq", "system") | map(attribute="content") | first | default("Given a search query", true) }}
<Query>: {{ messages | selectattr("role", "eq", "query") | map(attribute="content") | first }}
<Document>: {{ messages | selectattr("role", "eq", "document") | map(attribute="content") | first }}<|im_end|>
<|im_start|>assistant
<think>

</think>

"""
CHATML = "{%- for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message.content | trim + '<|im_end|>' + '\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
QWEN = """{%- if messages[0].role == 'system' %}
    {{- '<|im_start|>system\\n' + messages[0].content + '<|im_end|>\\n' }}
{%- else %}
    {{- '<|im_start|>system\\nYou are helpful.<|im_end|>\\n' }}
{%- endif %}
{%- set ns = namespace(multi_step_tool=true, last_query_index=messages|length - 1) %}
{%- for message in messages[::-1] %}
    {%- set index = (messages|length - 1) - loop.index0 %}
    {%- if ns.multi_step_tool and message.role == "user" and message.content is string and not(message.content.startswith('<tool_response>') and message.content.endswith('</tool_response>')) %}
        {%- set ns.multi_step_tool = false %}
        {%- set ns.last_query_index = index %}
    {%- endif %}
{%- endfor %}
{%- for message in messages %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) %}
        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}
    {%- elif message.role == "assistant" %}
        {%- set content = message.content.split('</think>')[-1].lstrip('\\n') %}
        {{- '<|im_start|>' + message.role + '\\n' + content + '<|im_end|>\\n' }}
    {%- endif %}
{%- endfor %}
{{- ns.last_query_index }}"""
MANY = [
    "{{ 1 + 2 * 3 - 4 // 3 }} {{ 7 % 3 }} {{ 7 / 2 }} {{ -7 // 2 }} {{ -3 + 1 }} {{ 2.5 * 2 }} {{ 1 ~ 2 ~ 'a' }}",
    "{{ 1 < 2 and not 2 < 1 or false }} {{ none }} {{ true }} {{ '' or 'empty' }} {{ 'a' and 'b' }} {{ 3 == 3.0 }} {{ 'a' != 'b' }}",
    "{{ 'a' if false else 'b' }}{{ 'c' if true }}{{ 'd' if false }}|{{ 'x' if 1 else 'y' if 2 else 'z' }}",
    "{{ missing }}|{{ missing is defined }} {{ messages is defined }} {{ missing is undefined }} {{ missing | default('d') }} {{ '' | default('e') }} {{ '' | default('e', true) }} {{ none | default('n') }}",
    "{% for i in range(3) %}{{ loop.index }}{{ loop.index0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.revindex }} {% else %}none{% endfor %}",
    "{% for m in messages if m.role != 'query' %}{{ m.role }}{{ loop.index }},{% else %}nothing{% endfor %}",
    "{% for x in [] %}a{% else %}nothing{% endfor %}{% for a, b in [[1, 2], [3, 4]] %}{{ a }}-{{ b }};{% endfor %}",
    "{% for k, v in {'a': 1, 'b': 'two'}.items() %}{{ k }}={{ v }} {% endfor %}{% for k in {'a': 1} %}{{ k }}{% endfor %}",
    "{% set a = 'outer' %}{% for x in [1] %}{% set a = 'inner' %}{{ a }}{% endfor %}{{ a }}{% set b %}  block {{ a }} {% endset %}[{{ b }}]",
    "  {% if true %}\n  line\n  {% endif %}\nend\n",
    "a\n  {%- if true -%}  \n b {%- endif %}  \n c {#- comment -#}  d {# other #}\n e",
    "x  {%+ if true %}y{% endif +%}\nz\n\n",
    "{{ messages[0].content | trim | upper }}{{ messages[-1]['content'] | length }}{{ messages | length }}{{ messages[5] is defined }}",
    "{{ messages | map(attribute='role') | join(', ') }} {{ [1, 2, 3] | last }} {{ [] | first is defined }} {{ ['a', 'b'] | join }} {{ 'abc' | first }}",
    "{{ messages | rejectattr('role', 'equalto', 'query') | map(attribute='content') | map('trim') | list | length }} {{ [0, 1, 2] | select | list | length }} {{ [1, 2, 3] | select('odd') | join('-') }}",
    "{{ 'a,b,c'.split(',') | join('|') }} {{ ' a  b '.split() | join('|') }} {{ 'x.y.z'.split('.', 1)[1] }} {{ 'Hello'.replace('l', 'L') }} {{ '  s '.strip() }}{{ 'xxaxx'.strip('x') }}{{ 'ab'.rstrip('b') }}",
    "{{ 'abcdef'[1:3] }} {{ 'abc'[::-1] }} {{ [1, 2, 3, 4][1:] | join }} {{ [1, 2, 3, 4][:-1] | join }} {{ [1, 2, 3][-2:] | join }} {{ 'abc'[1] }}",
    "{{ 'b' in 'abc' }} {{ 'z' not in 'abc' }} {{ 2 in [1, 2] }} {{ 'a' in {'a': 1} }} {{ not 'a' in 'b' }}",
    "{{ 1 is number }} {{ 'a' is string }} {{ [] is iterable }} {{ {} is mapping }} {{ none is none }} {{ 3 is odd }} {{ 3 is not even }} {{ 'x' is in ['x'] }} {{ 1 is eq 1 }} {{ true is boolean }} {{ 'a' is not none }}",
    "{{ {'a': [1, 'é', none, true], 'b': {'c': 1.5}} | tojson }} {{ 'a\"b' | tojson }} {{ {'get': 1}.get('nothing', 'd') }} {{ {'a': 1}['a'] }} {{ {'a': 1}.b is defined }}",
    "{{ 'it''s' }} {{ \"a\\nb\\tc\\\\d\\'e\" }} {{ 'é' }} {{ '\\u00e9' }}",
    "{% if messages[0]['role'] == 'system' %}{% set first = messages[0] %}{% set rest = messages[1:] %}{% else %}{% set rest = messages %}{% endif %}{{ rest | length }}{{ first.content if first is defined }}",
    "{% if false %}a{% elif none %}b{% elif 'x' %}c{% else %}d{% endif %}{{ ('a', 'b') | join('+') }}{{ (1 + 2) * 3 }}{{ ['a'] + ['b'] | length }}" .replace("{{ ['a'] + ['b'] | length }}", "{{ (['a'] + ['b']) | length }}"),
    "{{ ' x ' | trim ~ '|' ~ 'ABC' | lower ~ '|' ~ 'aBC' | capitalize ~ '|' ~ 5 | string ~ '|' ~ '7' | int + 1 if true }}" .replace("~ '|' ~ '7' | int + 1 if true", ""),
    "{{ namespace(a=1).a }}{% set ns = namespace(found=false) %}{% for m in messages %}{% if m.role == 'document' %}{% set ns.found = true %}{% endif %}{% endfor %}{{ ns.found }}",
]

cases = []
for template, values in [(RERANKER, {"messages": PAIR}), (RERANKER, {"messages": TASK}), (CHATML, {"messages": CHAT, "add_generation_prompt": True}), (CHATML, {"messages": PAIR, "add_generation_prompt": False}), (QWEN, {"messages": CHAT})] + [(t, {"messages": m}) for t in MANY for m in (PAIR, TASK)]:
    cases.append({"template": template, "values": values, "text": env.from_string(template).render(**values)})
with open(os.path.join(os.path.dirname(__file__), "cases.json"), "w", encoding="utf8") as file:
    json.dump(cases, file, ensure_ascii=False, indent=1)
    file.write("\n")
print(len(cases), "cases")
