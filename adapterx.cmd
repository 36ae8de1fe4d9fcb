@echo off
rem Runs adapterx from a checkout on Windows; builds it first if that has not been done. After a change of the sources
rem build it again by: mvn -DskipTests package. Not tried on Windows yet; please report what does not work.
setlocal
set "here=%~dp0"
set "app=%here%cli\target\app"
set "java=java"
if defined JAVA_HOME set "java=%JAVA_HOME%\bin\java"
rem Less memory for trainings; a server, a heap or options of one's own keep what Java chooses. See adapterx.
set "gc=-XX:+UseSerialGC -XX:MaxNewSize=256m"
if "%~1"=="serve" set "gc="
if defined ADAPTERX_HEAP set "gc="
if defined ADAPTERX_JAVA_OPTS set "gc="
if defined JAVA_TOOL_OPTIONS set "gc="
if defined JDK_JAVA_OPTIONS set "gc="
if defined _JAVA_OPTIONS set "gc="
if not defined ADAPTERX_HEAP set "ADAPTERX_HEAP=2g"
if not defined OMP_WAIT_POLICY set "OMP_WAIT_POLICY=passive"

if exist "%app%\.built" goto start
where mvn >nul 2>nul
if errorlevel 1 (
  echo adapterx: needs Maven 3.8 or newer on the PATH to build itself 1>&2
  exit /b 2
)
echo adapterx: building, once: a minute or two; the first time it also downloads libtorch, about 110 MB 1>&2
pushd "%here%"
call mvn -B -ntp -DskipTests -Dstyle.color=never %ADAPTERX_BUILD% package 1>&2
if errorlevel 1 (
  popd
  echo adapterx: the build failed, see above 1>&2
  exit /b 1
)
popd
type nul > "%app%\.built"

:start
"%java%" %gc% -Xmx%ADAPTERX_HEAP% -XX:MaxDirectMemorySize=8g -Djava.awt.headless=true %ADAPTERX_JAVA_OPTS% -cp "%app%\*" dev.adapterx.cli.Main %*
exit /b %ERRORLEVEL%
