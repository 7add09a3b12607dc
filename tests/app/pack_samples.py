"""Faultless job packs that the tests of packs spoil, and how they look at what is told."""

from __future__ import annotations

from dialogues.app.packs import Problem, check_pack

SMALL = """\
name: barista
version: "1"
title: {en: Barista}
languages: [en]
competencies:
  - id: calm
    name: {en: Staying calm}
    weight: 1
    required: 5
    anchors:
      en: {2: Snaps at people, 5: Keeps polite, 8: Calms others down}
questions:
  - id: hello
    competency: calm
    kind: introduction
    difficulty: -1
    text: {en: Please tell me a little about yourself.}
  - id: rush
    competency: calm
    kind: behavioural
    difficulty: 0.5
    text: {en: "When was the queue longest and what did you do?"}
plan: {opening: hello}
"""

# Bilingual, with every field in use and without any problem.
FULL = """\
name: shop-clerk
version: "1.10"
title: {zh: 店员, en: Shop clerk}
company: {zh: 晴川, en: Qingchuan}
languages: [zh, en]
pass_mark: 55
retention_days: 90
reply_within_days: 3
feedback_levels: false
notices:
  zh: 我们会看您怎样对待顾客。
  en: We look at how you treat customers.
competencies:
  - id: service
    name: {zh: 服务, en: Service}
    weight: 30
    required: 6
    anchors:
      zh: {2: 不理人, 5: 有问必答, 8: 主动帮忙}
      en: {2: Ignores people, 5: Answers when asked, 8: Offers help}
    advice:
      zh: 可以先问一句再推荐。
      en: Try asking first.
questions:
  - id: intro
    competency: service
    kind: introduction
    difficulty: -1.5
    text: {zh: 请介绍一下自己。, en: Please introduce yourself.}
  - id: angry
    competency: service
    kind: behavioural
    difficulty: -0.5
    discrimination: 1.2
    seconds: 150
    text:
      zh: 讲一次顾客生气的经历。
      en: When was a customer angry with you?
    key_points:
      - id: listens
        weight: 2
        zh: 先听对方说完
        en: lets the other person finish
        synonyms:
          zh: [倾听, 让他说完]
          en: [heard them out]
      - id: checks
        zh: 事后回访
        en: follows up afterwards
    exemplars:
      - {lang: zh, level: 2, text: 我就不理他。}
      - {lang: zh, level: 5, text: 我道了歉，给他换了一件。}
      - {lang: zh, level: 8.5, text: 我先听他说完，换了货，第二天又打电话问他。}
      - {lang: en, level: 2, text: I ignored him.}
      - {lang: en, level: 5, text: I said sorry and swapped it.}
      - {lang: en, level: 8.5, text: I heard him out and rang the next day.}
    followups:
      zh: {action: 您当时怎么做的？, result: 后来怎么样？}
      en: {action: "What did you do?", result: "How did it end?"}
  - id: gift
    competency: service
    kind: situational
    difficulty: 0
    text: {zh: 有人不知道买什么礼物，您怎么办？, en: "Somebody cannot choose a present; what do you do?"}
  - id: queue
    competency: service
    kind: situational
    difficulty: 1
    text: {zh: 排队的人很多，电话又响了呢？, en: "The queue is long and the phone rings. And now?"}
  - id: policy
    competency: service
    kind: situational
    difficulty: 2
    text: {zh: 规定不许退货，可他确实受了委屈。, en: The rules say no refund but he was wronged.}
plan:
  opening: intro
  per_competency: {min: 2, max: 4, target_se: 0.5}
  total_max: 8
pacing: {seconds_between_messages: 1.5}
booking:
  timezone: Asia/Shanghai
  country: CN
  changes: 2
  interview: {minutes: 45, weekdays: ["09:00-12:00"], evenings: ["19:00-21:00"], capacity: 2}
faq:
  zh:
    - {question: 底薪多少？, answer: 每月五千元。, words: [底薪, 工资]}
  en:
    - {question: "How much is the pay?", answer: It is 5000 yuan a month., words: [pay, salary]}
"""


def line_of(text: str, marker: str) -> int:
    """Return the number of the only line that has `marker`, or of the second one for `marker#2`."""
    marker, _, nth = marker.partition("#")
    found = [number for number, line in enumerate(text.split("\n"), 1) if marker in line]
    assert len(found) == int(nth or 1), f"{marker!r} is on lines {found}"
    return found[-1]


def serious(text: str) -> list[Problem]:
    """Return what keeps a pack from being used."""
    return [problem for problem in check_pack(text) if problem.serious]
