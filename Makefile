# make run 打开页面；make test 跑全部测试；其余见各目标旁的说明
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check --quiet --progress-bar off
export TQDM_MININTERVAL := 2

.PHONY: run test check eval bench bench-scale setup setup-dev chromium format clean

run: setup ## 建环境、建索引、打开页面
	$(BIN)/python -m ui $(ARGS)

test: setup-dev chromium ## 全部测试：快测、模型、浏览器、评测底线
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy
	$(BIN)/pytest

check: setup-dev ## 四分钟内的检查：格式、类型、快测
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy
	$(BIN)/pytest -m "not models and not browser and not heavy"

eval: setup-dev ## 用自带模型评测，出逐题报告
	$(BIN)/python -m eval run $(ARGS)

bench: setup-dev ## 与常见做法同机同题比速度、内存与对错
	$(BIN)/python -m eval bench $(ARGS)

bench-scale: setup-dev ## 文件增多时建索引、内存与检索怎么变，连同图（首次一两小时）
	$(BIN)/python -m eval scale $(ARGS)

setup: .venv/.installed
setup-dev: .venv/.installed-dev

.venv/.installed: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "正在安装依赖与自带模型（约 1.7 GB 下载，几分钟）…"
	$(PIP) -r requirements.lock
	$(PIP) --no-deps --editable .
	touch $@

.venv/.installed-dev: requirements-dev.lock .venv/.installed
	$(PIP) -r requirements-dev.lock
	touch $@

chromium: ## 浏览器测试要用系统的 Chromium；有 root 权限的 Debian 上自动装
	@if [ -z "$$ZHENGDA_CHROMIUM" ] && ! command -v chromium >/dev/null && command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null; fi

format: setup-dev ## 改格式
	$(BIN)/ruff check --fix . && $(BIN)/ruff format .

clean: ## 删环境与运行产物；索引、赞踩（.zhengda）与模型缓存不动
	rm -rf .venv runs *.egg-info .mypy_cache .pytest_cache .ruff_cache
