@echo off
rem tim: the studio's command line, run by the installed studio itself, with no window. "--" ends what is Chromium's.
start "" /wait /b "%~dp0..\..\TiM Studio.exe" --tim --log-level=3 -- %*
