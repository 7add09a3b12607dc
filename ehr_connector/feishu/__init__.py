"""Feishu Hire (飞书招聘): the examination protocol, notes, stages and events."""
